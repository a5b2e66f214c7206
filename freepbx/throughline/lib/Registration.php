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
        foreach (Shape::rows($row['trunkServers'] ?? null) as $at) {
            $from = array_map(static fn (array $one): string => Text::of($one['from'] ?? null), Shape::rows($at['bindings'] ?? null));
            $places[Text::of($at['trunkServer'] ?? null)] = implode(', ', $from);
        }
        $told = is_array($row['warning'] ?? null) ? $row['warning'] : null;
        $warning = $told === null
            ? null
            : implode(' ', array_map(static fn (string $part): string => Text::of($told[$part] ?? null), ['text', 'reason', 'remedy']));
        return new self(Text::of($row['username'] ?? null), $places, $warning);
    }
}
