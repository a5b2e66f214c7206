<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Values from outside as text. */
final class Text
{
    /** '' for everything that is no text or number. */
    public static function of(mixed $value): string
    {
        return is_string($value) || is_int($value) || is_float($value) ? (string) $value : '';
    }

    /** One line for a terminal: without what could steer it. */
    public static function line(string $text): string
    {
        return preg_replace('/[\x00-\x08\x0a-\x1f\x7f]|\xc2[\x80-\x9f]/', ' ', $text) ?? '';
    }

    /** For HTML, in text and in quoted attributes. */
    public static function html(mixed $value): string
    {
        return htmlspecialchars(self::of($value), ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }
}
