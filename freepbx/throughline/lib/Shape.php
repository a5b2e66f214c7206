<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Values from outside as arrays. */
final class Shape
{
    /** @return array<mixed> empty for everything that is no array */
    public static function map(mixed $value): array
    {
        return is_array($value) ? $value : [];
    }

    /** @return list<array<mixed>> the arrays in an array */
    public static function rows(mixed $value): array
    {
        $rows = [];
        foreach (self::map($value) as $one) {
            if (is_array($one)) {
                $rows[] = $one;
            }
        }
        return $rows;
    }
}
