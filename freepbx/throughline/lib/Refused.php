<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The service said no; nothing was changed there. The message is for people. */
final class Refused extends \RuntimeException
{
    /** @param array<string, string> $fields what was wrong, by the path of the field in the request */
    public function __construct(public readonly int $status, string $message, public readonly array $fields = [])
    {
        parent::__construct($message);
    }
}
