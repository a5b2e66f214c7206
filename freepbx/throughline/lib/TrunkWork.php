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
        $routes = [];
        foreach ($plan as $change) {
            if ($change->kind === 'addRoute') {
                $routes[] = $change;
            }
            $step = $this->changeTrunk($change);
            if ($step !== null) {
                $steps[] = $step;
                $this->keepLast($steps, count($steps) === 1);
            }
        }
        return count($steps) + $this->addRoutes($routes, $steps);
    }

    /**
     * There may be thousands, so they are kept before the first is made, and once more as it came out.
     *
     * @param list<TrunkChange> $routes
     * @param list<array<string, mixed>> $steps done before, of the same change
     * @return int how many were made
     */
    private function addRoutes(array $routes, array $steps): int
    {
        if ($routes === []) {
            return 0;
        }
        $step = static fn (TrunkChange $one): array => ['kind' => 'addRoute', 'name' => $one->name, 'destination' => $one->destination];
        $this->keepLast([...$steps, ...array_map($step, $routes)], $steps === []);
        $made = [];
        try {
            foreach ($routes as $one) {
                if ($this->pbx->addRoute($one->name, $one->destination)) {
                    $made[] = $step($one);
                }
            }
        } finally {
            $this->keepLast([...$steps, ...$made], false);
        }
        return count($made);
    }

    /** @param list<array<string, mixed>> $steps of the last change, or of a new one */
    private function keepLast(#[\SensitiveParameter] array $steps, bool $new): void
    {
        if ($new) {
            $this->ledger->begin($steps);
        } else {
            $this->ledger->replaceLast($steps);
        }
        ($this->keep)($this->ledger);
    }

    /** @return array<string, mixed>|null */
    private function changeTrunk(TrunkChange $change): ?array
    {
        switch ($change->kind) {
            case 'addTrunk':
                $id = $this->pbx->addTrunk($change->name, $change->settings);
                $this->ledger->trunks[$change->name] = $id;
                ($this->keep)($this->ledger);
                return ['kind' => 'addTrunk', 'name' => $change->name, 'id' => $id, 'made' => $this->mark($id)];
            case 'repairTrunk':
                $id = (int) $change->id;
                $before = $this->pbx->trunks()[$id]['settings'] ?? null;
                if ($before === null) {
                    return null;
                }
                $this->pbx->replaceTrunk($id, $change->name, $change->settings + $before);
                return ['kind' => 'repairTrunk', 'name' => $change->name, 'id' => $id, 'before' => $before, 'made' => $this->mark($id)];
            default:
                return null;
        }
    }

    /** By which a trunk is known again as it was left; says nothing of its password. */
    private function mark(int $id): string
    {
        try {
            $settings = $this->pbx->trunks()[$id]['settings'] ?? [];
        } catch (Refused) {
            // It was written all the same, and is kept as a step; undo then leaves it, since it cannot know it again.
            return '';
        }
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
        $routes = $this->pbx->routes();
        for ($step = array_pop($steps); $step !== null; $step = array_pop($steps)) {
            $route = ($step['kind'] ?? null) === 'addRoute';
            $left[] = $route ? $this->undoRoute($step, $routes) : $this->undoTrunk($step);
            // Routes that are gone are passed over when this is done again.
            if (!$route || $steps === []) {
                $this->keepLast($steps, false);
            }
        }
        return array_values(array_filter($left, is_string(...)));
    }

    /**
     * @param array<string, mixed> $step
     * @param array<string, string> $routes as they are now
     */
    private function undoRoute(array $step, array $routes): ?string
    {
        $did = Text::of($step['name'] ?? null);
        $now = $routes[$did] ?? null;
        if ($now !== null && $now !== Text::of($step['destination'] ?? null)) {
            return sprintf(_('The inbound route for %s leads elsewhere by now, and was left.'), $did);
        }
        if ($now !== null) {
            $this->pbx->removeRoute($did);
        }
        return null;
    }

    /** @param array<string, mixed> $step */
    private function undoTrunk(#[\SensitiveParameter] array $step): ?string
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
        foreach (Shape::map($value) as $keyword => $one) {
            $texts[(string) $keyword] = Text::of($one);
        }
        return $texts;
    }
}
