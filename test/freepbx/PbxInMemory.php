<?php

declare(strict_types=1);

use Throughline\FreePBX\Pbx;
use Throughline\FreePBX\Refused;

final class PbxInMemory implements Pbx
{
    /** @var array<int, array{name: string, settings: array<string, string>}> */
    public array $trunks = [];
    /** @var array<string, string> */
    public array $routes = [];

    public function trunks(): array
    {
        return $this->trunks;
    }

    /** @var list<string> */
    public array $transports = ['0.0.0.0-udp'];

    public function transports(): array
    {
        return $this->transports;
    }

    public function addTrunk(string $name, array $settings): int
    {
        $id = 1 + max([0, ...array_keys($this->trunks)]);
        $this->trunks[$id] = ['name' => $name, 'settings' => $settings];
        return $id;
    }

    public function replaceTrunk(int $id, string $name, array $settings): void
    {
        $this->trunks[$id] = ['name' => $name, 'settings' => $settings];
    }

    public function removeTrunk(int $id): void
    {
        unset($this->trunks[$id]);
    }

    /** It fails where there would be more. */
    public int $mostRoutes = PHP_INT_MAX;
    /** @var array<int, list<string>> */
    public array $users = [];

    public function usersOf(int $id): array
    {
        return $this->users[$id] ?? [];
    }

    public function routes(): array
    {
        return $this->routes;
    }

    public function addRoute(string $did, string $destination): bool
    {
        if (count($this->routes) >= $this->mostRoutes) {
            throw new Refused(0, 'FreePBX could not do this.');
        }
        if (isset($this->routes[$did])) {
            return false;
        }
        $this->routes[$did] = $destination;
        return true;
    }

    public function removeRoute(string $did): void
    {
        unset($this->routes[$did]);
    }
}
