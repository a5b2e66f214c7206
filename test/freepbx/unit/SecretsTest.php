<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\CurlTransport;
use Throughline\FreePBX\Failure;
use Throughline\FreePBX\Form;
use Throughline\FreePBX\ServiceClient;
use Throughline\FreePBX\Settings;
use Throughline\FreePBX\Store;
use Throughline\FreePBX\SetupPage;
use Throughline\FreePBX\Text;
use Throughline\FreePBX\Unreachable;

/** The key and the SIP password get into no page, no log and no backtrace. */
final class SecretsTest extends TestCase
{
    private const KEY = 'tl_key_abcdefghijklmnopqr_SECRET';

    protected function setUp(): void
    {
        ini_set('zend.exception_ignore_args', '0');
    }

    public function testNoBacktraceOfTheConnectionHoldsTheKey(): void
    {
        $settings = Settings::read('http://127.0.0.1:9', self::KEY);
        assert($settings instanceof Settings);
        try {
            (new ServiceClient(new CurlTransport(), $settings))->account();
            self::fail('something listens at port 9');
        } catch (Unreachable $failed) {
            $shown = Traces::shown($failed);
            self::assertStringContainsString('SensitiveParameterValue', $shown);
            self::assertFalse(str_contains($shown, 'SECRET'), $shown);
        }
    }

    public function testNoBacktraceOfTheSetUpHoldsTheKey(): void
    {
        $store = new class () implements Store {
            public function get(string $name): mixed
            {
                return false;
            }

            public function put(string $name, #[\SensitiveParameter] mixed $value): void
            {
                throw new LogicException('The database is away.');
            }
        };
        $form = new Form(['token' => 'x', 'action' => 'save', 'url' => 'https://a.example', 'key' => self::KEY]);
        try {
            (new SetupPage($store, new ScriptedTransport([])))->values($form);
            self::fail('it was stored');
        } catch (LogicException $failed) {
            $shown = Traces::shown($failed);
            self::assertStringContainsString('SetupPage', $shown);
            self::assertFalse(str_contains($shown, 'SECRET'), $shown);
        }
    }

    public function testWhatNobodyExpectedIsNamedWithoutItsMessage(): void
    {
        $told = Failure::told(new RuntimeException('the key is ' . self::KEY));
        self::assertStringContainsString('RuntimeException (SecretsTest.php line', $told);
        self::assertStringNotContainsString('SECRET', $told);
    }

    public function testTheServiceCannotSteerTheTerminal(): void
    {
        self::assertSame("Florist [2J \t", Text::line("Florist\x1b[2J\n\t"));
    }

    public function testTextThatIsNoUtf8IsSentAndLeftToTheServiceToRefuse(): void
    {
        $http = new ScriptedTransport([[200, ['revision' => 1]]]);
        self::assertSame(1, $http->client()->setGlobal(null, "pbx\xff.example.com", null));
    }

    public function testABackUpOfFreePbxHasNoKeyAndComesBack(): void
    {
        $file = (string) tempnam(sys_get_temp_dir(), 'pbx');
        unlink($file);
        putenv('STAND_IN_FILE=' . $file);
        $freepbx = FreePBX::create();
        $module = $freepbx->Throughline;
        foreach (['url' => 'https://a.example', 'key' => self::KEY, 'made' => ['trunks' => ['throughline-trunk1' => 1], 'changes' => []]] as $name => $value) {
            $module->setConfig($name, $value);
        }
        $backup = new FreePBX\modules\Throughline\Backup($freepbx);
        $backup->runBackup('1', 'x');
        self::assertStringNotContainsString('SECRET', print_r($backup->configs, true));
        $module->uninstall();
        self::assertFalse($module->getConfig('url'));
        $module->setConfig('url', 'https://b.example');
        $module->setConfig('key', 'of b');
        $restore = new FreePBX\modules\Throughline\Restore($freepbx);
        $restore->configs = $backup->configs;
        $restore->runRestore();
        self::assertSame('https://a.example', $module->getConfig('url'));
        self::assertSame(['throughline-trunk1' => 1], $module->getConfig('made')['trunks']);
        self::assertFalse($module->getConfig('key'));
        unlink($file);
    }
}
