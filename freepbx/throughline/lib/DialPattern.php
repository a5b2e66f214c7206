<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The number of an inbound route: digits, or a pattern of Asterisk's dialplan, which begins with an underscore. */
final class DialPattern
{
    private const SETS = ['X' => '[0-9]', 'Z' => '[1-9]', 'N' => '[2-9]', '.' => '.+', '!' => '.*', '-' => '', ' ' => ''];

    /** Whether a call for this number is taken. A pattern that cannot be read takes none. */
    public static function takes(string $written, string $number): bool
    {
        if (!str_starts_with($written, '_')) {
            return $written === $number;
        }
        preg_match_all('/\[[^\]]*\]|./s', substr($written, 1), $found);
        $parts = array_map(static fn (string $part): string => self::SETS[strtoupper($part)] ?? self::other($part), $found[0]);
        return preg_match('/^' . implode('', $parts) . '$/D', $number) === 1;
    }

    private static function other(string $part): string
    {
        $isSet = preg_match('/^\[([0-9A-Za-z*#+-]+)\]$/D', $part, $found) === 1;
        return $isSet ? '[' . preg_replace('/[*#+]/', '\\\\$0', $found[1] ?? '') . ']' : preg_quote($part, '/');
    }
}
