<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What the module has made in the PBX, and how its last change is undone. */
final class Ledger
{
    /**
     * @param array<string, int> $trunks id by name
     * @param list<array<string, mixed>> $steps of the last change, in the order in which they were done
     */
    public function __construct(public array $trunks = [], public array $steps = [])
    {
    }

    public static function from(mixed $stored): self
    {
        $trunks = [];
        $steps = [];
        if (is_array($stored)) {
            foreach (is_array($stored['trunks'] ?? null) ? $stored['trunks'] : [] as $name => $id) {
                if (is_numeric($id)) {
                    $trunks[(string) $name] = (int) $id;
                }
            }
            foreach (is_array($stored['steps'] ?? null) ? $stored['steps'] : [] as $step) {
                if (is_array($step)) {
                    $steps[] = array_combine(array_map(strval(...), array_keys($step)), array_values($step));
                }
            }
        }
        return new self($trunks, $steps);
    }

    /** @return array{trunks: array<string, int>, steps: list<array<string, mixed>>} */
    public function toArray(): array
    {
        return ['trunks' => $this->trunks, 'steps' => $this->steps];
    }
}
