<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The PBX through FreePBX's core module. */
final class FreePbxCore implements Pbx
{
    /** What addTrunk wants besides the settings of PJSIP. */
    private const TRUNK_ROW = [
        'outcid' => '', 'keepcid' => 'off', 'maxchans' => '', 'failtrunk' => '', 'dialoutprefix' => '', 'usercontext' => '',
        'provider' => '', 'disabletrunk' => 'off', 'continue' => 'off', 'dialopts' => false,
    ];

    /** @param object $core FreePBX's own class Core */
    public function __construct(private readonly object $core)
    {
    }

    public function trunks(): array
    {
        $trunks = [];
        foreach ($this->core->listTrunks() as $row) {
            if (strtolower((string) $row['tech']) === 'pjsip') {
                // getAllTrunks leaves out those that are disabled.
                $trunks[(int) $row['trunkid']] = ['name' => (string) $row['name'], 'settings' => []];
            }
        }
        foreach ($this->core->getDriver('pjsip')->getAllTrunks() as $id => $settings) {
            if (isset($trunks[(int) $id])) {
                $trunks[(int) $id]['settings'] = array_map(strval(...), $settings);
            }
        }
        return $trunks;
    }

    public function addTrunk(string $name, array $settings): int
    {
        return $this->write($name, self::input($name, $settings), false);
    }

    public function replaceTrunk(int $id, string $name, array $settings): void
    {
        $this->core->deleteTrunk($id, 'pjsip', true);
        $this->write($name, ['trunknum' => $id] + self::input($name, $settings), true);
    }

    public function removeTrunk(int $id): void
    {
        $this->core->deleteTrunk($id, 'pjsip');
        $this->reloadNeeded();
    }

    public function routes(): array
    {
        $routes = [];
        foreach ($this->core->getAllDIDs() as $row) {
            if ((string) $row['cidnum'] === '' && (string) $row['extension'] !== '') {
                $routes[(string) $row['extension']] = (string) $row['destination'];
            }
        }
        return $routes;
    }

    public function addRoute(string $did, string $destination): void
    {
        $this->core->addDID([
            'extension' => $did, 'cidnum' => '', 'destination' => $destination, 'description' => 'Throughline ' . $did,
        ]);
        $this->reloadNeeded();
    }

    public function removeRoute(string $did): void
    {
        $this->core->delDID($did, '');
        $this->reloadNeeded();
    }

    /**
     * @param array<string, string> $settings
     * @return array<string, mixed>
     */
    private static function input(string $name, array $settings): array
    {
        $codecs = array_values(array_filter(explode(',', $settings['codecs'] ?? '')));
        unset($settings['codecs']);
        $order = [];
        foreach ($codecs as $at => $codec) {
            $order[$codec] = $at + 1;
        }
        return ['channelid' => $name, 'codec' => $order] + self::TRUNK_ROW + $settings;
    }

    /** @param array<string, mixed> $input */
    private function write(string $name, array $input, bool $edit): int
    {
        // addTrunk lays all fields of the request over the settings; ours are not the trunk's.
        $posted = $_POST;
        $_POST = [];
        try {
            $id = (int) $this->core->addTrunk($name, 'pjsip', $input, $edit);
        } finally {
            $_POST = $posted;
        }
        $this->reloadNeeded();
        return $id;
    }

    private function reloadNeeded(): void
    {
        if (function_exists('needreload')) {
            needreload();
        }
    }
}
