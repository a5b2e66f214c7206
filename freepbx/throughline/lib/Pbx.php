<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What is read and changed in the PBX: trunks and inbound routes. Each throws Refused where the PBX would not. */
interface Pbx
{
    /** @return array<int, array{name: string, settings: array<string, string>}> PJSIP trunks, by id; without settings where it is disabled */
    public function trunks(): array;

    /** @return list<string> names of its PJSIP transports over UDP; none where PJSIP is off */
    public function transports(): array;

    /**
     * @param array<string, string> $settings
     * @return int its id
     */
    public function addTrunk(string $name, #[\SensitiveParameter] array $settings): int;

    /**
     * What else FreePBX keeps of a trunk (caller ID, channels, dial options …) stays.
     *
     * @param array<string, string> $settings all of them; others are gone afterwards
     */
    public function replaceTrunk(int $id, string $name, #[\SensitiveParameter] array $settings): void;

    public function removeTrunk(int $id): void;

    /** @return list<string> names of the outbound routes that use a trunk */
    public function usersOf(int $id): array;

    /** @return array<string, string> destination by DID; of several inbound routes for one DID, the one for any caller */
    public function routes(): array;

    /** @return bool false where there has been one since; it is left then */
    public function addRoute(string $did, string $destination): bool;

    public function removeRoute(string $did): void;
}
