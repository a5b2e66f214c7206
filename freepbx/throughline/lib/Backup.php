<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The backup PBX of failover settings, as a field of a form. */
final class Backup
{
    private const GROUP = 'trunk group ';

    public static function shown(mixed $backup): string
    {
        return is_array($backup) ? self::GROUP . Text::of($backup['trunkGroup'] ?? null) : Text::of($backup);
    }

    /** @return string|array{trunkGroup: string}|null as the service takes it */
    public static function read(string $text): string|array|null
    {
        $text = trim($text);
        if ($text === '') {
            return null;
        }
        return str_starts_with($text, self::GROUP) ? ['trunkGroup' => trim(substr($text, strlen(self::GROUP)))] : $text;
    }
}
