<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What is said of an exception that nobody expected. */
final class Failure
{
    /** Names what and where; the message and the backtrace may hold a key or a password, and are left out. */
    public static function told(#[\SensitiveParameter] \Throwable $failed): string
    {
        $where = basename($failed->getFile()) . ' line ' . $failed->getLine();
        return sprintf(_('This went wrong: %s (%s). Whether anything was changed is not known; look again.'), get_class($failed), $where);
    }
}
