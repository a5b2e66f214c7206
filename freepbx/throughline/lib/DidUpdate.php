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
    /** How often an update is tried while others change the same. */
    private const TRIES = 5;

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
            $now[Text::of($did['number'] ?? null)] = self::own($did['failover'] ?? null);
        }
        return $now;
    }

    /** @return array{number: string|null, backup: mixed} */
    private static function own(mixed $failover): array
    {
        $own = Shape::map($failover);
        $number = $own['number'] ?? null;
        return ['number' => is_string($number) ? $number : null, 'backup' => $own['backup'] ?? null];
    }

    /**
     * What was changed meanwhile, by somebody else or on another page, is not overwritten unseen: it is shown instead. The
     * service compares, too, so that nobody's change gets lost between the look at the settings and the update.
     *
     * @param list<DidRow> $rows
     * @param array<string, array{number: string|null, backup: mixed}> $now what each DID of the account has by now; its backup stays
     * @throws Unreachable|Refused where the whole could not be done; nothing was changed then
     */
    public static function send(ServiceClient $service, array $rows, array $now): self
    {
        $asked = array_keys(array_filter($rows, static fn (DidRow $row): bool => $row->changed()));
        $revision = null;
        $changes = self::compare($rows, $asked, $now);
        for ($overtaken = 0; $changes !== []; $changes = self::compare($rows, array_keys($changes), $now)) {
            try {
                $seen = $service->ownFailover(array_column($changes, 'did'));
                $had = $now;
                foreach ($changes as ['did' => $did]) {
                    $now[$did] = self::own($seen->values[$did] ?? null);
                }
                if ($now === $had) {
                    $revision = $service->changeDids(array_values($changes), $seen->tag);
                    break;
                }
                $told = Refused::meanwhile();
            } catch (Refused $told) {
                $changes = self::refuse($rows, $changes, $told);
            }
            $overtaken += $told->isMeanwhile() ? 1 : 0;
            if ($overtaken === self::TRIES) {
                throw $told;
            }
        }
        foreach (array_keys($changes) as $at) {
            $rows[$at] = $rows[$at]->saved();
        }
        $refused = array_filter($asked, static fn (int $at): bool => $rows[$at]->problem !== null);
        return new self(array_values($rows), count($changes), count($refused), $revision);
    }

    /**
     * @param array<int, DidRow> $rows of which those that are not to be sent get the reason, or are as they should be
     * @param list<int> $open the rows that are to be compared
     * @param array<string, array{number: string|null, backup: mixed}> $now
     * @return array<int, array{did: string, failover: array{number: string|null, backup: mixed}|null}> what is to be sent, by row
     */
    private static function compare(array &$rows, array $open, array $now): array
    {
        $changes = [];
        foreach ($open as $at) {
            $row = $rows[$at];
            $has = $now[$row->did] ?? null;
            $number = trim($row->wanted) === '' ? null : PhoneNumber::read($row->wanted);
            if ($has !== null && self::isRight($row, $number) && PhoneNumber::same($number, $has['number'])) {
                $rows[$at] = $row->saved();
                continue;
            }
            $rows[$at] = self::checked($row, $number, $has);
            if ($has !== null && $rows[$at]->problem === null) {
                $failover = $number === null && $has['backup'] === null ? null : ['number' => $number, 'backup' => $has['backup']];
                $changes[$at] = ['did' => $row->did, 'failover' => $failover];
            }
        }
        return $changes;
    }

    /**
     * @param array<int, DidRow> $rows
     * @param array<int, array{did: string, failover: array{number: string|null, backup: mixed}|null}> $changes by row
     * @return array<int, array{did: string, failover: array{number: string|null, backup: mixed}|null}> what is left to be sent
     * @throws Refused where no row can be blamed
     */
    private static function refuse(array &$rows, array $changes, Refused $told): array
    {
        $wrong = self::byRow($told, array_keys($changes));
        if ($wrong === [] && !$told->isMeanwhile()) {
            throw $told;
        }
        foreach ($wrong as $at => $message) {
            $rows[$at] = $rows[$at]->refused($message);
        }
        return array_diff_key($changes, $wrong);
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
            $at = preg_match('/^(?:changes|dids)\[(\d+)\]/', $field, $found) === 1 ? ($sent[(int) $found[1]] ?? null) : null;
            if ($at !== null) {
                $wrong[$at] = $message;
            }
        }
        return $wrong;
    }
}
