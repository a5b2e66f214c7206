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

    /** Where listTrunks calls one of these otherwise. */
    private const LISTED_AS = ['failtrunk' => 'failscript', 'disabletrunk' => 'disabled'];

    /** @param object $freepbx FreePBX's own object, for its Core */
    public function __construct(private readonly object $freepbx)
    {
    }

    public function trunks(): array
    {
        return $this->ask(function (object $core): array {
            $trunks = [];
            foreach (Shape::rows($core->listTrunks()) as $row) {
                if (strtolower(Text::of($row['tech'] ?? null)) === 'pjsip') {
                    // getAllTrunks leaves out those that are disabled.
                    $trunks[(int) Text::of($row['trunkid'] ?? null)] = ['name' => Text::of($row['name'] ?? null), 'settings' => []];
                }
            }
            $driver = $core->getDriver('pjsip');
            foreach (is_object($driver) ? Shape::map($driver->getAllTrunks()) : [] as $id => $settings) {
                if (isset($trunks[(int) $id])) {
                    $trunks[(int) $id]['settings'] = self::texts($settings);
                }
            }
            return $trunks;
        });
    }

    public function transports(): array
    {
        return $this->ask(static function (object $core): array {
            $driver = $core->getDriver('pjsip');
            $overUdp = static fn (mixed $one): bool => Text::of(Shape::map($one)['protocol'] ?? null) === 'udp';
            $all = is_object($driver) ? Shape::map($driver->getTransportConfigs()) : [];
            return array_map(strval(...), array_keys(array_filter($all, $overUdp)));
        });
    }

    public function addTrunk(string $name, #[\SensitiveParameter] array $settings): int
    {
        return $this->ask(fn (object $core): int => self::write($core, $name, self::input($name, $settings, self::TRUNK_ROW), false));
    }

    public function replaceTrunk(int $id, string $name, #[\SensitiveParameter] array $settings): void
    {
        $this->ask(function (object $core) use ($id, $name, $settings): void {
            $row = Shape::map(Shape::map($core->listTrunks())[$id] ?? null);
            $kept = self::TRUNK_ROW;
            foreach ($kept as $field => $default) {
                $kept[$field] = $row[self::LISTED_AS[$field] ?? $field] ?? $default;
            }
            // As core's own page does it: away, and in again under the same number.
            $core->deleteTrunk($id, 'pjsip', true);
            self::write($core, $name, ['trunknum' => $id] + self::input($name, $settings, $kept), true);
            if (($row['routedisplay'] ?? 'on') === 'off') {
                $core->hideTrunk($id);
            }
        });
    }

    public function removeTrunk(int $id): void
    {
        $this->ask(function (object $core) use ($id): void {
            $core->deleteTrunk($id, 'pjsip');
            needreload();
        });
    }

    public function usersOf(int $id): array
    {
        return $this->ask(static fn (object $core): array => array_map(strval(...), array_keys(Shape::map($core->getTrunkRoutesByID($id)))));
    }

    public function routes(): array
    {
        return $this->ask(static function (object $core): array {
            $routes = [];
            foreach (Shape::rows($core->getAllDIDs()) as $row) {
                $did = Text::of($row['extension'] ?? null);
                if ($did !== '' && (Text::of($row['cidnum'] ?? null) === '' || !isset($routes[$did]))) {
                    $routes[$did] = Text::of($row['destination'] ?? null);
                }
            }
            return $routes;
        });
    }

    public function addRoute(string $did, string $destination): bool
    {
        return $this->ask(static function (object $core) use ($did, $destination): bool {
            $added = $core->addDID([
                'extension' => $did, 'cidnum' => '', 'destination' => $destination, 'description' => 'Throughline ' . $did,
            ]);
            needreload();
            return $added !== false;
        });
    }

    public function removeRoute(string $did): void
    {
        $this->ask(static function (object $core) use ($did): void {
            $core->delDID($did, '');
            needreload();
        });
    }

    /**
     * What goes wrong in FreePBX is told without the exception itself: its backtrace holds the SIP password.
     *
     * @template T
     * @param callable(object): T $do
     * @return T
     */
    private function ask(#[\SensitiveParameter] callable $do): mixed
    {
        try {
            return $do($this->freepbx->Core);
        } catch (\Throwable $failed) {
            $where = get_class($failed) . ', ' . basename($failed->getFile()) . ' line ' . $failed->getLine();
        }
        throw new Refused(0, sprintf(_('FreePBX could not do this (%s). Is Asterisk running? Nothing more was changed.'), $where));
    }

    /** @return array<string, string> */
    private static function texts(mixed $settings): array
    {
        $texts = [];
        foreach (Shape::map($settings) as $keyword => $value) {
            $texts[(string) $keyword] = Text::of($value);
        }
        return $texts;
    }

    /**
     * @param array<string, string> $settings
     * @param array<string, mixed> $row
     * @return array<string, mixed>
     */
    private static function input(string $name, #[\SensitiveParameter] array $settings, array $row): array
    {
        $codecs = array_values(array_filter(explode(',', $settings['codecs'] ?? '')));
        unset($settings['codecs']);
        $order = [];
        foreach ($codecs as $at => $codec) {
            $order[$codec] = $at + 1;
        }
        return ['channelid' => $name, 'codec' => $order] + $row + $settings;
    }

    /** @param array<string, mixed> $input */
    private static function write(object $core, string $name, #[\SensitiveParameter] array $input, bool $edit): int
    {
        // addTrunk lays all fields of the request over the settings; ours are not the trunk's.
        $posted = $_POST;
        $_POST = [];
        try {
            $id = (int) Text::of($core->addTrunk($name, 'pjsip', $input, $edit));
        } finally {
            $_POST = $posted;
        }
        needreload();
        return $id;
    }
}
