<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The service said no; nothing was changed there. The message is for people. */
final class Refused extends \RuntimeException
{
    public const MEANWHILE = 412;

    /** @param array<string, string> $fields what was wrong, by the path of the field in the request */
    public function __construct(public readonly int $status, string $message, public readonly array $fields = [])
    {
        parent::__construct($message);
    }

    /** Somebody else has changed what was to be changed since it was read. */
    public static function meanwhile(): self
    {
        return new self(self::MEANWHILE, _('Somebody else changed the same at this moment. Nothing was changed; look at it, and try again.'));
    }

    public function isMeanwhile(): bool
    {
        return $this->status === self::MEANWHILE;
    }
}
