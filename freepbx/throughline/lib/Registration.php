<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** How a PBX of the account is registered, as the page shows it. */
final class Registration
{
    /** @param array<string, string> $trunkServers where it is bound at each trunk server; '' where it is not */
    private function __construct(
        public readonly string $username,
        public readonly array $trunkServers,
        public readonly ?string $warning,
    ) {
    }

    /** @param array<mixed> $row as the service gave it */
    public static function of(array $row): self
    {
        $places = [];
        foreach (is_array($row['trunkServers'] ?? null) ? $row['trunkServers'] : [] as $at) {
            if (!is_array($at)) {
                continue;
            }
            $bindings = is_array($at['bindings'] ?? null) ? $at['bindings'] : [];
            $from = array_map(static fn (mixed $one): string => is_array($one) ? Text::of($one['from'] ?? null) : '', $bindings);
            $places[Text::of($at['trunkServer'] ?? null)] = implode(', ', $from);
        }
        $told = is_array($row['warning'] ?? null) ? $row['warning'] : null;
        $warning = $told === null
            ? null
            : implode(' ', array_map(static fn (string $part): string => Text::of($told[$part] ?? null), ['text', 'reason', 'remedy']));
        return new self(Text::of($row['username'] ?? null), $places, $warning);
    }
}
