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
     * @param list<DidRow> $rows
     * @param array<string, mixed> $backups the own backup of each DID that has one, which stays
     * @throws Unreachable|Refused where the whole could not be done; nothing was changed then
     */
    public static function send(ServiceClient $service, array $rows, array $backups): self
    {
        $changes = [];
        $refused = 0;
        foreach ($rows as $at => $row) {
            if (!$row->changed()) {
                continue;
            }
            $number = trim($row->wanted) === '' ? null : PhoneNumber::read($row->wanted);
            if ($number === null && trim($row->wanted) !== '') {
                $rows[$at] = $row->refused(PhoneNumber::wrong());
                $refused += 1;
                continue;
            }
            $backup = $backups[$row->did] ?? null;
            $failover = $number === null && $backup === null ? null : ['number' => $number, 'backup' => $backup];
            $changes[$at] = ['did' => $row->did, 'failover' => $failover];
        }
        $revision = null;
        while ($changes !== []) {
            try {
                $revision = $service->changeDids(array_values($changes));
                break;
            } catch (Refused $told) {
                $wrong = self::byRow($told, array_keys($changes));
                if ($wrong === []) {
                    throw $told;
                }
                foreach ($wrong as $at => $problem) {
                    $rows[$at] = $rows[$at]->refused($problem);
                    unset($changes[$at]);
                    $refused += 1;
                }
            }
        }
        foreach (array_keys($changes) as $at) {
            $rows[$at] = $rows[$at]->saved();
        }
        return new self(array_values($rows), count($changes), $refused, $revision);
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
