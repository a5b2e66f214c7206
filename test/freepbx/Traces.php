<?php

declare(strict_types=1);

/** Backtraces with all arguments, as a page for developers would print them. */
final class Traces
{
    /** Without the frames of PHPUnit. */
    public static function shown(\Throwable $failed): string
    {
        $frames = array_filter($failed->getTrace(), static fn (array $frame): bool => !str_contains($frame['file'] ?? '', 'PHPUnit'));
        return print_r($frames, true) . $failed;
    }
}
