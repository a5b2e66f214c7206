<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Phone numbers as people write them. Which may be dialled is the service's to say. */
final class PhoneNumber
{
    /** What to say where it is none. */
    public static function wrong(): string
    {
        return _('This is not a phone number; give 10 or 11 digits, such as 212-555-0123, or + and the country code.');
    }

    /**
     * Digits, with + in front where it was written; null where it is no number. Spaces, punctuation and the marks
     * that cannot be seen and that a copied number often has are forgiven.
     */
    public static function read(string $text): ?string
    {
        $bare = preg_replace('/[\s\p{Cf}().\/\x{2010}-\x{2015}-]+/u', '', $text) ?? '';
        if (preg_match('/^\+[1-9]\d{7,14}$/', $bare) === 1 || preg_match('/^(1?\d{10})$/', $bare) === 1) {
            return $bare;
        }
        return null;
    }

    /** A number as it was stored or read, in the ten digits that people know it by where it has them. */
    public static function shown(?string $number): string
    {
        return $number === null ? '' : (preg_replace('/^\+?1(\d{10})$/', '$1', $number) ?? $number);
    }

    /** Whether both mean one number. */
    public static function same(?string $one, ?string $other): bool
    {
        return self::canonical($one) === self::canonical($other);
    }

    private static function canonical(?string $number): ?string
    {
        if ($number === null) {
            return null;
        }
        return preg_match('/^(\+?1)?(\d{10})$/', $number, $found) === 1 ? '+1' . $found[2] : $number;
    }
}
