<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Carries out a plan, and takes the last one back. The ledger is kept after each step, so that none is lost. */
final class TrunkWork
{
    /** @param callable(Ledger): void $keep */
    public function __construct(private readonly Pbx $pbx, private readonly Ledger $ledger, private $keep)
    {
    }

    /**
     * @param list<TrunkChange> $plan
     * @return int how many changes were made
     */
    public function apply(array $plan): int
    {
        $done = 0;
        $steps = [];
        foreach ($plan as $change) {
            $step = $this->carryOut($change);
            if ($step === null) {
                continue;
            }
            $steps[] = $step;
            $this->ledger->steps = $steps;
            ($this->keep)($this->ledger);
            $done += 1;
        }
        return $done;
    }

    /** @return array<string, mixed>|null */
    private function carryOut(TrunkChange $change): ?array
    {
        switch ($change->kind) {
            case 'addTrunk':
                $id = $this->pbx->addTrunk($change->name, $change->settings);
                $this->ledger->trunks[$change->name] = $id;
                return ['kind' => 'addTrunk', 'name' => $change->name, 'id' => $id];
            case 'repairTrunk':
                $id = (int) $change->id;
                $before = $this->pbx->trunks()[$id]['settings'] ?? null;
                if ($before === null) {
                    return null;
                }
                $this->pbx->replaceTrunk($id, $change->name, $change->settings + $before);
                return ['kind' => 'repairTrunk', 'name' => $change->name, 'id' => $id, 'before' => $before];
            case 'addRoute':
                $this->pbx->addRoute($change->name, $change->destination);
                return ['kind' => 'addRoute', 'name' => $change->name, 'destination' => $change->destination];
            default:
                return null;
        }
    }

    /**
     * Takes the last change back, last step first. What somebody has changed since is left.
     *
     * @return list<string> what was left, in words
     */
    public function undo(): array
    {
        $left = [];
        foreach (array_reverse($this->ledger->steps) as $step) {
            $name = Text::of($step['name'] ?? null);
            $id = (int) Text::of($step['id'] ?? null);
            $trunk = $this->pbx->trunks()[$id] ?? null;
            $ours = $trunk !== null && $trunk['name'] === $name;
            if (($step['kind'] ?? null) === 'addRoute') {
                $now = $this->pbx->routes()[$name] ?? null;
                if ($now === $step['destination']) {
                    $this->pbx->removeRoute($name);
                } elseif ($now !== null) {
                    $left[] = "The inbound route for $name leads elsewhere by now, and was left.";
                }
            } elseif (!$ours) {
                $left[] = "The trunk $name is gone or has another name by now, and was left.";
            } elseif (($step['kind'] ?? null) === 'addTrunk') {
                $this->pbx->removeTrunk($id);
                unset($this->ledger->trunks[$name]);
            } else {
                $this->pbx->replaceTrunk($id, $name, self::texts($step['before'] ?? null));
            }
            array_pop($this->ledger->steps);
            ($this->keep)($this->ledger);
        }
        return $left;
    }

    /** @return array<string, string> */
    private static function texts(mixed $value): array
    {
        $texts = [];
        foreach (is_array($value) ? $value : [] as $keyword => $one) {
            $texts[(string) $keyword] = Text::of($one);
        }
        return $texts;
    }
}
