<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** No answer came from the service. The message is for people and names no key. */
final class Unreachable extends \RuntimeException
{
    /** @param 'host'|'certificate'|'connection'|'time' $cause what went wrong */
    public function __construct(public readonly string $cause, string $message)
    {
        parent::__construct($message);
    }
}
