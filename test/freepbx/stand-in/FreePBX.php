<?php

declare(strict_types=1);

// A thin stand-in for what the module calls of FreePBX: its framework, its core module, and Symfony's console.
// Signatures as docs/freepbx.md lists them. All state is in one JSON file.

namespace {
    interface BMO
    {
        public function install();

        public function uninstall();

        public function backup();

        public function restore($backup);
    }

    final class StandInState
    {
        /** @return array<string, mixed> */
        public static function read(): array
        {
            $file = (string) getenv('STAND_IN_FILE');
            return is_file($file) ? json_decode((string) file_get_contents($file), true) : [];
        }

        /** @param callable(array<string, mixed>): array<string, mixed> $change */
        public static function change(callable $change): void
        {
            file_put_contents((string) getenv('STAND_IN_FILE'), json_encode($change(self::read())));
        }
    }

    class FreePBX_Helpers
    {
        public function getConfig($var = null, $id = 'noid')
        {
            return StandInState::read()['kvstore'][$var] ?? false;
        }

        public function setConfig($key = null, $val = false, $id = 'noid')
        {
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
        public function getAllTrunks()
        {
            return StandInState::read()['pjsip'] ?? [];
        }
    }

    final class StandInCore
    {
        public function getDriver($name)
        {
            return $name === 'pjsip' ? new StandInPjsip() : false;
        }

        public function listTrunks($displayOnly = false)
        {
            return StandInState::read()['trunks'] ?? [];
        }

        public function addTrunk($name, $tech, $settings, $editmode = false)
        {
            $id = $editmode ? $settings['trunknum'] : 1 + max([0, ...array_keys($this->listTrunks())]);
            // As core does: codec becomes codecs, and all fields of the request are laid over the settings.
            $settings = array_merge($settings, $_POST);
            $settings['codecs'] = implode(',', array_keys($settings['codec']));
            unset($settings['codec'], $settings['trunknum']);
            StandInState::change(static function (array $state) use ($id, $name, $tech, $settings): array {
                $state['trunks'][$id] = ['trunkid' => (string) $id, 'name' => $name, 'tech' => $tech, 'channelid' => $settings['channelid']];
                foreach (['channelid', 'outcid', 'keepcid', 'failtrunk', 'dialoutprefix', 'usercontext', 'provider', 'continue'] as $ignored) {
                    unset($settings[$ignored]);
                }
                $state['pjsip'][$id] = array_map(strval(...), array_filter($settings, is_scalar(...)));
                return $state;
            });
            return $id;
        }

        public function deleteTrunk($trunknum, $tech = null, $edit = false)
        {
            StandInState::change(static function (array $state) use ($trunknum): array {
                unset($state['trunks'][$trunknum], $state['pjsip'][$trunknum]);
                return $state;
            });
            return true;
        }

        public function getAllDIDs($order = 'extension')
        {
            return array_values(StandInState::read()['incoming'] ?? []);
        }

        public function addDID($settings)
        {
            StandInState::change(static function (array $state) use ($settings): array {
                $state['incoming'][$settings['extension'] . '/' . $settings['cidnum']] = $settings;
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
        public function writeln(string $line);
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
