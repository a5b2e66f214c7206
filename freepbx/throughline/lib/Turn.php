<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Lets one request after another change the PBX, so that two administrators do not make the same trunk at once. */
final class Turn
{
    private const TRIES = 100;
    private const PAUSE_MICROSECONDS = 100_000;

    /** @param resource $file that is locked as long as this lives */
    private function __construct(private $file)
    {
    }

    /** @throws Refused where somebody else is at it for more than 10 s */
    public static function take(): self
    {
        // A file that is there anyway: nothing is written to it, and no folder for locks is needed.
        $file = fopen(dirname(__DIR__) . '/module.xml', 'r');
        if ($file === false) {
            throw new Refused(0, _('The files of this module cannot be read.'));
        }
        for ($try = 0; $try < self::TRIES; $try += 1) {
            if (flock($file, LOCK_EX | LOCK_NB)) {
                return new self($file);
            }
            usleep(self::PAUSE_MICROSECONDS);
        }
        throw new Refused(0, _('Somebody else is changing trunks at this moment. Nothing was changed; try again.'));
    }

    public function __destruct()
    {
        flock($this->file, LOCK_UN);
    }
}
