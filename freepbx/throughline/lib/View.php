<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Fills a view. Views escape all that they print with $h. */
final class View
{
    /** @param array<string, mixed> $values */
    public static function fill(string $name, array $values): string
    {
        $h = Text::html(...);
        extract($values, EXTR_SKIP);
        ob_start();
        require dirname(__DIR__) . '/views/' . $name . '.php';
        return (string) ob_get_clean();
    }
}
