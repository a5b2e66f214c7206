<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/**
 * What was changed in the form, sent to the service in one mass operation. That is all or nothing, so where some are
 * refused, the rest is sent once more without them: what is right is saved, what is wrong stays with its reason.
 */
final class DidUpdate
{
    /** @param list<DidRow> $rows as they are to be shown afterwards */
    private function __construct(
        public readonly array $rows,
        public readonly int $saved,
        public readonly int $refused,
        public readonly ?int $revision,
    ) {
    }

    /**
     * @param list<array<mixed>> $dids as the service gave them
     * @return array<string, array{number: string|null, backup: mixed}> the settings of each DID's own
     */
    public static function present(array $dids): array
    {
        $now = [];
        foreach ($dids as $did) {
            $failover = Shape::map($did['failover'] ?? null);
            $number = $failover['number'] ?? null;
            $now[Text::of($did['number'] ?? null)] = ['number' => is_string($number) ? $number : null, 'backup' => $failover['backup'] ?? null];
        }
        return $now;
    }

    /**
     * What was changed meanwhile, by somebody else or on another page, is not overwritten unseen: it is shown instead.
     *
     * @param list<DidRow> $rows
     * @param array<string, array{number: string|null, backup: mixed}> $now what each DID of the account has by now; its backup stays
     * @throws Unreachable|Refused where the whole could not be done; nothing was changed then
     */
    public static function send(ServiceClient $service, array $rows, array $now): self
    {
        $changes = [];
        $refused = 0;
        foreach ($rows as $at => $row) {
            if (!$row->changed()) {
                continue;
            }
            $has = $now[$row->did] ?? null;
            $number = trim($row->wanted) === '' ? null : PhoneNumber::read($row->wanted);
            if ($has !== null && self::isRight($row, $number) && PhoneNumber::same($number, $has['number'])) {
                $rows[$at] = $row->saved();
                continue;
            }
            $rows[$at] = self::checked($row, $number, $has);
            if ($has === null || $rows[$at]->problem !== null) {
                $refused += 1;
                continue;
            }
            $failover = $number === null && $has['backup'] === null ? null : ['number' => $number, 'backup' => $has['backup']];
            $changes[$at] = ['did' => $row->did, 'failover' => $failover];
        }
        [$wrong, $revision] = self::sendAll($service, $changes);
        foreach (array_keys($changes) as $at) {
            $rows[$at] = isset($wrong[$at]) ? $rows[$at]->refused($wrong[$at]) : $rows[$at]->saved();
        }
        return new self(array_values($rows), count($changes) - count($wrong), $refused + count($wrong), $revision);
    }

    /**
     * @param array<int, array{did: string, failover: array{number: string|null, backup: mixed}|null}> $changes by row
     * @return array{array<int, string>, int|null} why some were refused, and the revision that carries the others
     */
    private static function sendAll(ServiceClient $service, array $changes): array
    {
        $wrong = [];
        while ($changes !== []) {
            try {
                return [$wrong, $service->changeDids(array_values($changes))];
            } catch (Refused $told) {
                $now = self::byRow($told, array_keys($changes));
                if ($now === []) {
                    throw $told;
                }
                $wrong += $now;
                $changes = array_diff_key($changes, $now);
            }
        }
        return [$wrong, null];
    }

    private static function isRight(DidRow $row, ?string $number): bool
    {
        return $number !== null || trim($row->wanted) === '';
    }

    /**
     * The row with what the PBX itself can say against it.
     *
     * @param array{number: string|null, backup: mixed}|null $has
     */
    private static function checked(DidRow $row, ?string $number, ?array $has): DidRow
    {
        return match (true) {
            $has === null => $row->refused(_('This DID is no longer on the account. Open the page again to be rid of it.')),
            !self::isRight($row, $number) => $row->refused(PhoneNumber::wrong()),
            !PhoneNumber::same($has['number'], PhoneNumber::read($row->was)) => $row->overtaken(PhoneNumber::shown($has['number'])),
            default => new DidRow($row->did, $row->was, $row->wanted, $row->ticked),
        };
    }

    /**
     * @param list<int> $sent the row of each change, in the order of the request
     * @return array<int, string>
     */
    private static function byRow(Refused $told, array $sent): array
    {
        $wrong = [];
        foreach ($told->fields as $field => $message) {
            $at = preg_match('/^changes\[(\d+)\]/', $field, $found) === 1 ? ($sent[(int) $found[1]] ?? null) : null;
            if ($at !== null) {
                $wrong[$at] = $message;
            }
        }
        return $wrong;
    }
}
