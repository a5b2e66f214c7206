<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What the module has made in the PBX, and how its changes are undone, last first. */
final class Ledger
{
    /** More than anybody takes back; what is older is forgotten. */
    private const MOST_CHANGES = 20;

    /**
     * @param array<string, int> $trunks id by name
     * @param list<list<array<string, mixed>>> $changes the steps of each change, in the order in which they were done
     */
    public function __construct(public array $trunks = [], private array $changes = [])
    {
    }

    public static function from(mixed $stored): self
    {
        $trunks = [];
        $changes = [];
        $kept = Shape::map($stored);
        foreach (Shape::map($kept['trunks'] ?? null) as $name => $id) {
            if (is_numeric($id)) {
                $trunks[(string) $name] = (int) $id;
            }
        }
        foreach (Shape::map($kept['changes'] ?? null) as $change) {
            $changes[] = self::stepsOf($change);
        }
        return new self($trunks, $changes);
    }

    /** @return list<array<string, mixed>> */
    private static function stepsOf(mixed $change): array
    {
        $steps = [];
        foreach (Shape::rows($change) as $step) {
            $steps[] = array_combine(array_map(strval(...), array_keys($step)), array_values($step));
        }
        return $steps;
    }

    public function canUndo(): bool
    {
        return $this->changes !== [];
    }

    /** @return list<array<string, mixed>> of the last change; none where there is none */
    public function lastSteps(): array
    {
        return $this->changes === [] ? [] : $this->changes[count($this->changes) - 1];
    }

    /** By which the last change is known again, so that a button that is pressed twice takes one change back. */
    public function lastMark(): string
    {
        $shown = array_map(static fn (array $step): array => array_diff_key($step, ['before' => true]), $this->lastSteps());
        return $shown === [] ? '' : hash('sha256', serialize([count($this->changes), $shown]));
    }

    /** @param list<array<string, mixed>> $steps of a new change */
    public function begin(array $steps): void
    {
        $this->changes = array_slice([...$this->changes, $steps], -self::MOST_CHANGES);
    }

    /** @param list<array<string, mixed>> $steps that the last change has now; a change without any is gone */
    public function replaceLast(array $steps): void
    {
        array_pop($this->changes);
        if ($steps !== []) {
            $this->changes[] = $steps;
        }
    }

    /** @return array{trunks: array<string, int>, changes: list<list<array<string, mixed>>>} */
    public function toArray(): array
    {
        return ['trunks' => $this->trunks, 'changes' => $this->changes];
    }
}
