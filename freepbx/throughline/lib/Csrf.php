<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** A token in each form, so that no other site can send it in the administrator's name. */
final class Csrf
{
    private const NAME = 'throughline_form';

    /** @param array<mixed> $session */
    public static function token(array &$session): string
    {
        $token = $session[self::NAME] ?? null;
        if (!is_string($token) || $token === '') {
            $token = bin2hex(random_bytes(32));
            $session[self::NAME] = $token;
        }
        return $token;
    }

    /** @param array<mixed> $session */
    public static function fits(array $session, mixed $sent): bool
    {
        $token = $session[self::NAME] ?? null;
        return is_string($token) && is_string($sent) && $token !== '' && hash_equals($token, $sent);
    }
}
