<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** One line of the difference between the PBX as it is and as it would be. */
final class TrunkChange
{
    /**
     * @param 'addTrunk'|'repairTrunk'|'addRoute'|'leave' $kind leave: it is not ours to change; the note says why, and what to do
     * @param array<string, string> $settings of a trunk
     * @param array<string, array{string, string}> $differences old and new value by keyword; secrets are not shown
     */
    public function __construct(
        public readonly string $kind,
        public readonly string $name,
        #[\SensitiveParameter] public readonly array $settings = [],
        public readonly array $differences = [],
        public readonly ?int $id = null,
        public readonly string $destination = '',
        public readonly string $note = '',
    ) {
    }

    public static function leave(string $name, string $note): self
    {
        return new self('leave', $name, [], [], null, '', $note);
    }

    /** @return array{kind: string, name: string} so that no dump or log shows the SIP password */
    public function __debugInfo(): array
    {
        return ['kind' => $this->kind, 'name' => $this->name];
    }
}
