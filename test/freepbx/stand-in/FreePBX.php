<?php

declare(strict_types=1);

// A thin stand-in for what the module calls of FreePBX: its framework, its core module, and Symfony's console.
// Signatures as docs/freepbx.md lists them. All state is in one JSON file.

namespace {
    interface BMO
    {
        public function install();

        public function uninstall();
    }

    final class StandInState
    {
        private static string $text = '';
        /** @var array<string, mixed> what is in the text */
        private static array $state = [];

        /** @return array<string, mixed> as it is at this moment: another process may have changed it */
        public static function read(): array
        {
            $file = (string) getenv('STAND_IN_FILE');
            $text = is_file($file) ? (string) file_get_contents($file) : '';
            if ($text !== self::$text) {
                self::$text = $text;
                self::$state = $text === '' ? [] : json_decode($text, true);
            }
            return self::$state;
        }

        /** @param callable(array<string, mixed>): array<string, mixed> $change */
        public static function change(callable $change): void
        {
            $file = (string) getenv('STAND_IN_FILE');
            $lock = fopen($file . '.lock', 'c');
            flock($lock, LOCK_EX);
            self::$state = $change(self::read());
            self::$text = (string) json_encode(self::$state);
            file_put_contents($file . '.new', self::$text);
            rename($file . '.new', $file);
            flock($lock, LOCK_UN);
        }
    }

    class FreePBX_Helpers
    {
        public $FreePBX;

        public function __construct($freepbx = null)
        {
            if (!is_object($freepbx)) {
                throw new Exception('Need to be instantiated with a FreePBX Object');
            }
            $this->FreePBX = $freepbx;
        }

        public function getConfig($var = null, $id = 'noid')
        {
            if ($var === null) {
                throw new Exception('getConfig needs a name');
            }
            $state = StandInState::read();
            if ($state['databaseIsDown'] ?? false) {
                throw new PDOException('SQLSTATE[HY000] [2002] with the value ' . json_encode($state['kvstore'] ?? []));
            }
            return $state['kvstore'][$var] ?? false;
        }

        public function setConfig($key = null, $val = false, $id = 'noid')
        {
            if ($key === null) {
                throw new Exception('setConfig needs a name');
            }
            StandInState::change(static function (array $state) use ($key, $val): array {
                unset($state['kvstore'][$key]);
                if ($val !== false) {
                    $state['kvstore'][$key] = $val;
                }
                return $state;
            });
            return true;
        }
    }

    final class StandInPjsip
    {
        public function getTransportConfigs()
        {
            $udp = ['type' => 'transport', 'protocol' => 'udp', 'bind' => '0.0.0.0:5060'];
            return StandInState::read()['transports'] ?? ['0.0.0.0-udp' => $udp, '0.0.0.0-tcp' => ['protocol' => 'tcp'] + $udp];
        }

        /** As core does: without those that are disabled. */
        public function getAllTrunks()
        {
            $state = StandInState::read();
            $enabled = static fn (int|string $id): bool => ($state['trunks'][$id]['disabled'] ?? 'off') === 'off';
            return array_filter($state['pjsip'] ?? [], $enabled, ARRAY_FILTER_USE_KEY);
        }
    }

    final class StandInCore
    {
        public function getDriver($driver)
        {
            return $driver === 'pjsip' ? new StandInPjsip() : false;
        }

        public function listTrunks($displayOnly = false)
        {
            $state = StandInState::read();
            if ($state['asteriskIsDown'] ?? false) {
                // As core does without a connection to Asterisk, with the arguments in the backtrace.
                throw new Error('Call to a member function database_get() on null');
            }
            return $state['trunks'] ?? [];
        }

        public function addTrunk($name, $tech, $settings, $editmode = false)
        {
            // As core does: the first number that is free, and all fields of the request laid over the settings.
            for ($id = 1; isset($this->listTrunks()[$id]); $id += 1);
            if ($editmode) {
                $id = $settings['trunknum'];
                unset($settings['trunknum']);
            }
            usleep((int) (StandInState::read()['slownessInMicroseconds'] ?? 0));
            $settings = array_merge($settings, $_POST);
            $settings['codecs'] = implode(',', array_keys($settings['codec']));
            // What core leaves out of the table pjsip; the others of the row do get there.
            $left = ['tech', 'outcid', 'keepcid', 'maxhans', 'failtrunk', 'dialoutprefix', 'channelid', 'usercontext', 'provider', 'disabledtrunk',
                'continue', 'display', 'action'];
            $pjsip = array_filter($settings, static fn (mixed $value, string $key): bool => is_scalar($value) && !in_array($key, $left, true), ARRAY_FILTER_USE_BOTH);
            StandInState::change(static function (array $state) use ($id, $name, $tech, $settings, $pjsip): array {
                $state['trunks'][$id] = [
                    'trunkid' => (string) $id, 'name' => $name, 'tech' => $tech, 'outcid' => $settings['outcid'], 'keepcid' => $settings['keepcid'],
                    'maxchans' => $settings['maxchans'], 'failscript' => $settings['failtrunk'], 'dialoutprefix' => $settings['dialoutprefix'],
                    'channelid' => $settings['channelid'], 'usercontext' => $settings['usercontext'], 'provider' => $settings['provider'],
                    'disabled' => $settings['disabletrunk'], 'continue' => $settings['continue'], 'routedisplay' => 'on', 'dialopts' => $settings['dialopts'],
                ];
                $state['pjsip'][$id] = array_map(strval(...), $pjsip);
                return $state;
            });
            return $id;
        }

        public function deleteTrunk($trunknum, $tech = null, $edit = false)
        {
            StandInState::change(static function (array $state) use ($trunknum, $edit): array {
                unset($state['trunks'][$trunknum], $state['pjsip'][$trunknum]);
                if (!$edit) {
                    unset($state['trunkRoutes'][$trunknum]);
                }
                return $state;
            });
            return true;
        }

        public function hideTrunk($id)
        {
            StandInState::change(static function (array $state) use ($id): array {
                $state['trunks'][$id]['routedisplay'] = 'off';
                return $state;
            });
            return true;
        }

        public function getTrunkRoutesByID($trunknum)
        {
            return StandInState::read()['trunkRoutes'][$trunknum] ?? [];
        }

        public function getAllDIDs($order = 'extension')
        {
            return array_values(StandInState::read()['incoming'] ?? []);
        }

        public function addDID($settings)
        {
            $at = $settings['extension'] . '/' . $settings['cidnum'];
            if (isset(StandInState::read()['incoming'][$at])) {
                return false;
            }
            StandInState::change(static function (array $state) use ($settings, $at): array {
                $state['incoming'][$at] = $settings;
                return $state;
            });
            return true;
        }

        public function delDID($extension, $cidnum)
        {
            StandInState::change(static function (array $state) use ($extension, $cidnum): array {
                unset($state['incoming'][$extension . '/' . $cidnum]);
                return $state;
            });
        }
    }

    final class FreePBX
    {
        private static ?self $one = null;
        public readonly StandInCore $Core;
        public readonly \FreePBX\modules\Throughline $Throughline;

        public static function create(): self
        {
            return self::$one ??= new self();
        }

        private function __construct()
        {
            $this->Core = new StandInCore();
            require_once STAND_IN_MODULE . '/Throughline.class.php';
            $this->Throughline = new \FreePBX\modules\Throughline($this);
        }
    }

    /** FreePBX's stack of catalogues; the module's pages and command run in its own. */
    final class modgettext
    {
        public static function push_textdomain($domain)
        {
        }

        public static function pop_textdomain()
        {
        }
    }

    if (!function_exists('_')) {
        function _(string $message): string
        {
            return $message;
        }
    }

    define('STAND_IN_MODULE', getenv('STAND_IN_MODULE') ?: dirname(__DIR__, 3) . '/freepbx/throughline');
    define('FREEPBX_IS_AUTH', true);

    function needreload(): void
    {
        StandInState::change(static fn (array $state): array => ['needreload' => true] + $state);
    }
}

namespace Symfony\Component\Console\Input {
    interface InputInterface
    {
        public function getArgument(string $name);
    }

    final class InputArgument
    {
        public const IS_ARRAY = 4;

        public function __construct(string $name, ?int $mode = null, string $description = '', mixed $default = null)
        {
        }
    }
}

namespace Symfony\Component\Console\Output {
    interface OutputInterface
    {
        public const OUTPUT_RAW = 2;

        public function writeln(string|iterable $messages, int $options = 0);
    }
}

namespace FreePBX\modules\Backup {
    abstract class StandInModel
    {
        /** @var array<mixed> */
        public array $configs = [];

        final public function __construct(protected $FreePBX)
        {
        }

        public function addConfigs($settings)
        {
            $this->configs = $settings;
        }

        public function getConfigs()
        {
            return $this->configs;
        }
    }

    class BackupBase extends StandInModel
    {
        public function runBackup($id, $transaction)
        {
        }
    }

    class RestoreBase extends StandInModel
    {
        public function runRestore()
        {
        }
    }
}

namespace Symfony\Component\Console\Command {
    use Symfony\Component\Console\Input\InputInterface;
    use Symfony\Component\Console\Output\OutputInterface;

    abstract class Command
    {
        public function __construct()
        {
            $this->configure();
        }

        public function setName(string $name): static
        {
            return $this;
        }

        public function setDescription(string $description): static
        {
            return $this;
        }

        public function setDefinition(array $definition): static
        {
            return $this;
        }

        public function run(InputInterface $input, OutputInterface $output): int
        {
            return $this->execute($input, $output);
        }

        abstract protected function configure(): void;

        abstract protected function execute(InputInterface $input, OutputInterface $output): int;
    }
}
