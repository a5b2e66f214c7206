<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** What is read and changed in the PBX: trunks and inbound routes. */
interface Pbx
{
    /** @return array<int, array{name: string, settings: array<string, string>}> PJSIP trunks, by id; without settings where it is disabled */
    public function trunks(): array;

    /**
     * @param array<string, string> $settings
     * @return int its id
     */
    public function addTrunk(string $name, array $settings): int;

    /** @param array<string, string> $settings all of them; others are gone afterwards */
    public function replaceTrunk(int $id, string $name, array $settings): void;

    public function removeTrunk(int $id): void;

    /** @return array<string, string> destination by DID, of the inbound routes for any caller */
    public function routes(): array;

    public function addRoute(string $did, string $destination): void;

    public function removeRoute(string $did): void;
}
