<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What came back, whatever its status. */
final class HttpAnswer
{
    public function __construct(public readonly int $status, public readonly string $body)
    {
    }
}
