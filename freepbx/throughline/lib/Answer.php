<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What the service said. */
final class Answer
{
    /**
     * @param array<mixed> $values
     * @param string|null $tag stands for the settings that are told; a change with it is made where they are the same still
     */
    public function __construct(public readonly array $values, public readonly ?string $tag)
    {
    }
}
