<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Since when each trunk server routes by a change. */
final class Activation
{
    private const LOOKS = 20;

    /** @param array<string, ?string> $since by trunk server; null where it does not yet */
    private function __construct(public readonly int $revision, public readonly array $since)
    {
    }

    /**
     * Looks until every trunk server has it, 2 s at most.
     *
     * @param callable(int): void $sleep milliseconds
     */
    public static function await(ServiceClient $service, int $revision, callable $sleep): ?self
    {
        $seen = null;
        for ($look = 0; $look < self::LOOKS; $look += 1) {
            try {
                $answer = $service->revision($revision);
            } catch (Unreachable | Refused) {
                return $seen;
            }
            $since = [];
            foreach (Shape::rows($answer['trunkServers'] ?? null) as $at) {
                $when = $at['since'] ?? null;
                $since[Text::of($at['trunkServer'] ?? null)] = is_string($when) ? $when : null;
            }
            $seen = new self($revision, $since);
            if (($answer['active'] ?? null) === true) {
                return $seen;
            }
            $sleep(100);
        }
        return $seen;
    }

    /** @return list<string> */
    public function lines(): array
    {
        $lines = [];
        foreach ($this->since as $name => $at) {
            $lines[] = $at === null ? sprintf(_('%s: not yet'), $name) : sprintf(_('%s: active since %s'), $name, $at);
        }
        return $lines;
    }
}
