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
     * @throws Refused where the PBX would not; what was done before that can be undone
     */
    public function apply(array $plan): int
    {
        $steps = [];
        foreach ($plan as $change) {
            $step = $this->carryOut($change);
            if ($step === null) {
                continue;
            }
            $steps[] = $step;
            if (count($steps) === 1) {
                $this->ledger->begin($steps);
            } else {
                $this->ledger->replaceLast($steps);
            }
            ($this->keep)($this->ledger);
        }
        return count($steps);
    }

    /** @return array<string, mixed>|null */
    private function carryOut(TrunkChange $change): ?array
    {
        switch ($change->kind) {
            case 'addTrunk':
                $id = $this->pbx->addTrunk($change->name, $change->settings);
                $this->ledger->trunks[$change->name] = $id;
                return ['kind' => 'addTrunk', 'name' => $change->name, 'id' => $id, 'made' => $this->mark($id)];
            case 'repairTrunk':
                $id = (int) $change->id;
                $before = $this->pbx->trunks()[$id]['settings'] ?? null;
                if ($before === null) {
                    return null;
                }
                $this->pbx->replaceTrunk($id, $change->name, $change->settings + $before);
                return ['kind' => 'repairTrunk', 'name' => $change->name, 'id' => $id, 'before' => $before, 'made' => $this->mark($id)];
            case 'addRoute':
                if (!$this->pbx->addRoute($change->name, $change->destination)) {
                    return null;
                }
                return ['kind' => 'addRoute', 'name' => $change->name, 'destination' => $change->destination];
            default:
                return null;
        }
    }

    /** By which a trunk is known again as it was left; says nothing of its password. */
    private function mark(int $id): string
    {
        $settings = $this->pbx->trunks()[$id]['settings'] ?? [];
        ksort($settings);
        return hash('sha256', serialize($settings));
    }

    /**
     * Takes the last change back, last step first. What somebody has changed since is left.
     *
     * @return list<string> what was left, in words
     */
    public function undo(): array
    {
        $left = [];
        $steps = $this->ledger->lastSteps();
        while ($steps !== []) {
            $step = array_pop($steps);
            $reason = ($step['kind'] ?? null) === 'addRoute' ? $this->undoRoute($step) : $this->undoTrunk($step);
            if ($reason !== null) {
                $left[] = $reason;
            }
            $this->ledger->replaceLast($steps);
            ($this->keep)($this->ledger);
        }
        return $left;
    }

    /** @param array<string, mixed> $step */
    private function undoRoute(array $step): ?string
    {
        $did = Text::of($step['name'] ?? null);
        $now = $this->pbx->routes()[$did] ?? null;
        if ($now !== null && $now !== Text::of($step['destination'] ?? null)) {
            return sprintf(_('The inbound route for %s leads elsewhere by now, and was left.'), $did);
        }
        if ($now !== null) {
            $this->pbx->removeRoute($did);
        }
        return null;
    }

    /** @param array<string, mixed> $step */
    private function undoTrunk(array $step): ?string
    {
        $name = Text::of($step['name'] ?? null);
        $id = (int) Text::of($step['id'] ?? null);
        $trunk = $this->pbx->trunks()[$id] ?? null;
        if ($trunk === null || $trunk['name'] !== $name) {
            return sprintf(_('The trunk %s is gone or has another name by now, and was left.'), $name);
        }
        if ($this->mark($id) !== Text::of($step['made'] ?? null)) {
            return sprintf(_('The trunk %s has been changed since, and was left.'), $name);
        }
        if (($step['kind'] ?? null) !== 'addTrunk') {
            $this->pbx->replaceTrunk($id, $name, self::texts($step['before'] ?? null));
            return null;
        }
        $users = $this->pbx->usersOf($id);
        if ($users !== []) {
            return sprintf(_('The trunk %s is used by the outbound routes %s, and was left.'), $name, implode(', ', $users));
        }
        $this->pbx->removeTrunk($id);
        unset($this->ledger->trunks[$name]);
        return null;
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
