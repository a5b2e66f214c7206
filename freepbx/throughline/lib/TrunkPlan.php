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
                $changes[] = new TrunkChange('leave', $name, [], [], $id);
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
        return $changes;
    }

    /**
     * Inbound routes for DIDs that have none, however it is written there.
     *
     * @param list<string> $dids E.164
     * @param array<string, string> $routes destination by DID
     * @return list<TrunkChange>
     */
    public static function routes(array $dids, string $format, array $routes, string $destination): array
    {
        $known = [];
        foreach (array_keys($routes) as $did) {
            $known[self::written((string) $did, 'e164')] = true;
        }
        $changes = [];
        foreach ($dids as $did) {
            if (!isset($known[$did])) {
                $changes[] = new TrunkChange('addRoute', self::written($did, $format), [], [], null, $destination);
            }
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
            static fn (TrunkChange $one): array => [$one->kind, $one->name, $one->differences, $one->id, $one->destination],
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
