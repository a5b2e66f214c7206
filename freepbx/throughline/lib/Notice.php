<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** A sentence above the page. */
final class Notice
{
    /** @param 'success'|'warning'|'danger' $level as FreePBX colours it */
    public function __construct(public readonly string $level, public readonly string $text)
    {
    }
}
