<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What would be done in the PBX. Made from values alone; nothing is changed by it. */
final class TrunkPlan
{
    /**
     * @param array<string, array<string, string>> $wanted the settings of each trunk by its name
     * @param array<int, array{name: string, settings: array<string, string>}> $existing by id
     * @return list<TrunkChange>
     */
    public static function trunks(#[\SensitiveParameter] array $wanted, #[\SensitiveParameter] array $existing, Ledger $ledger): array
    {
        $changes = [];
        foreach ($wanted as $name => $settings) {
            $id = self::idOf($name, $existing);
            if ($id === null) {
                $changes[] = new TrunkChange('addTrunk', $name, $settings, self::differences([], $settings));
            } elseif (($ledger->trunks[$name] ?? null) !== $id || $existing[$id]['settings'] === []) {
                $changes[] = TrunkChange::leave($name, sprintf(
                    _('There is a trunk %s that this module did not make, or that was disabled. It is left as it is; rename or enable it, and look again.'),
                    $name,
                ));
            } else {
                $has = $existing[$id]['settings'];
                // The SIP password is entered only where it changes.
                $settings['secret'] = $settings['secret'] === '' ? ($has['secret'] ?? '') : $settings['secret'];
                $differences = self::differences($has, $settings);
                if ($differences !== []) {
                    $changes[] = new TrunkChange('repairTrunk', $name, $settings, $differences, $id);
                }
            }
        }
        foreach (array_diff_key($ledger->trunks, $wanted) as $name => $id) {
            if (($existing[$id]['name'] ?? null) === $name) {
                $changes[] = TrunkChange::leave($name, sprintf(
                    _('The trunk %s was made for a trunk server that is no longer there. It is left as it is; delete it in FreePBX\'s Trunks.'),
                    $name,
                ));
            }
        }
        return $changes;
    }

    /**
     * Inbound routes for DIDs that have none. A pattern of Asterisk's that takes a DID is one. A route for the same
     * number in another form takes no calls, and is told, so that it is not forgotten beside a new one.
     *
     * @param list<string> $dids E.164
     * @param array<string, string> $routes destination by DID
     * @return list<TrunkChange>
     */
    public static function routes(array $dids, string $format, array $routes, string $destination): array
    {
        $written = array_map(strval(...), array_keys($routes));
        $patterns = array_filter($written, static fn (string $one): bool => str_starts_with($one, '_'));
        $forms = [];
        foreach ($written as $one) {
            $forms[self::written($one, 'e164')] = $one;
        }
        $changes = [];
        foreach ($dids as $did) {
            $called = self::written($did, $format);
            $other = $forms[$did] ?? null;
            if (isset($routes[$called]) || self::takenBy($patterns, $called)) {
                continue;
            }
            $changes[] = $other === null
                ? new TrunkChange('addRoute', $called, [], [], null, $destination)
                : TrunkChange::leave($called, sprintf(
                    _('There is an inbound route for %1$s, but calls come for %2$s, and it does not take them. It is left as it is; change its DID number to %2$s.'),
                    $other,
                    $called,
                ));
        }
        return $changes;
    }

    /**
     * By which a plan is known again, so that only what was shown is done. It is the same before and after the
     * password of a new trunk was entered.
     *
     * @param list<TrunkChange> $plan
     */
    public static function mark(#[\SensitiveParameter] array $plan): string
    {
        $lines = array_map(
            static fn (TrunkChange $one): array => [$one->kind, $one->name, $one->differences, $one->id, $one->destination, $one->note],
            $plan,
        );
        return hash('sha256', serialize($lines));
    }

    /** A DID as the service writes it in the Request-URI for this account. */
    public static function written(string $did, string $format): string
    {
        $digits = ltrim($did, '+');
        $ten = preg_match('/^1?(\d{10})$/', $digits, $found) === 1 && (!str_starts_with($did, '+') || strlen($digits) === 11)
            ? $found[1]
            : null;
        return match ($format) {
            'e164' => $ten === null ? '+' . $digits : '+1' . $ten,
            '11-digits' => $ten === null ? $digits : '1' . $ten,
            default => $ten ?? $digits,
        };
    }

    /** @param array<string> $patterns */
    private static function takenBy(array $patterns, string $number): bool
    {
        foreach ($patterns as $pattern) {
            if (DialPattern::takes($pattern, $number)) {
                return true;
            }
        }
        return false;
    }

    /** @param array<int, array{name: string, settings: array<string, string>}> $existing */
    private static function idOf(string $name, #[\SensitiveParameter] array $existing): ?int
    {
        foreach ($existing as $id => $trunk) {
            if ($trunk['name'] === $name) {
                return $id;
            }
        }
        return null;
    }

    /**
     * @param array<string, string> $has
     * @param array<string, string> $wanted
     * @return array<string, array{string, string}>
     */
    private static function differences(#[\SensitiveParameter] array $has, #[\SensitiveParameter] array $wanted): array
    {
        $differences = [];
        foreach ($wanted as $keyword => $value) {
            $old = $has[$keyword] ?? '';
            if ($keyword === 'secret') {
                if ($old !== $value || $has === []) {
                    $differences[$keyword] = [$old === '' ? '' : _('(hidden)'), _('(as entered)')];
                }
            } elseif ($old !== $value) {
                $differences[$keyword] = [$old, $value];
            }
        }
        return $differences;
    }
}
