<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What came back, whatever its status. */
final class HttpAnswer
{
    /** @param string|null $tag the header ETag */
    public function __construct(public readonly int $status, public readonly string $body, public readonly ?string $tag = null)
    {
    }
}
