<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\Pages;
use Throughline\FreePBX\Store;
use Throughline\FreePBX\Unreachable;

final class PagesTest extends TestCase
{
    private PbxInMemory $pbx;

    /**
     * @param list<mixed> $answers of the service
     * @param array<string, mixed> $post
     * @param list<string> $transports of the PBX
     * @return array{string, ScriptedTransport} the page, and what was asked
     */
    private function show(string $view, array $answers, array $post = [], array $transports = ['0.0.0.0-udp']): array
    {
        $store = new class () implements Store {
            public function get(string $name): mixed
            {
                return ['url' => 'https://trunk.example.com', 'key' => 'tl_key_abcdefghijklmnopqr_SECRET'][$name] ?? false;
            }

            public function put(string $name, #[\SensitiveParameter] mixed $value): void
            {
            }
        };
        $this->pbx = new PbxInMemory();
        $this->pbx->transports = $transports;
        $http = new ScriptedTransport($answers);
        $session = ['throughline_form' => 'token'];
        $pages = new Pages($store, $http, $this->pbx, static fn (int $milliseconds) => null);
        return [$pages->show(['view' => $view], $post === [] ? [] : $post + ['token' => 'token'], $session), $http];
    }

    /** @return array{int, array<string, mixed>} */
    private static function account(?string $number, ?string $backup): array
    {
        return [200, ['name' => 'Florist', 'failover' => ['number' => $number, 'backup' => $backup],
            'didFormat' => '10-digits', 'trunkGroups' => [['username' => 'florist']]]];
    }

    /** @return array{int, array<string, mixed>} */
    private static function empty(): array
    {
        return [200, ['entries' => [], 'next' => null]];
    }

    public function testAFieldThatWasLeftAsItWasKeepsWhatItHasByNow(): void
    {
        $active = [200, ['active' => true, 'trunkServers' => []]];
        $post = ['action' => 'update', 'number' => '2125550199', 'numberWas' => '', 'backup' => '', 'backupWas' => ''];
        $answers = [self::account(null, 'pbx2.example.com'), [200, ['revision' => 4]], $active, self::account('+12125550199', 'pbx2.example.com'), self::empty()];
        [$page, $http] = $this->show('account', $answers, $post);
        self::assertSame(['number' => '2125550199', 'backup' => 'pbx2.example.com'], $http->asked[1][2]);
        self::assertStringContainsString('value="pbx2.example.com"', $page);
    }

    public function testAPageThatCouldNotBeReadHasNoFormThatWouldClearTheSettings(): void
    {
        [$page] = $this->show('account', [new Unreachable('connection', 'It cannot be reached.')]);
        self::assertStringContainsString('It cannot be reached.', $page);
        self::assertStringNotContainsString('<form', $page);
        self::assertStringContainsString('Try again', $page);
    }

    public function testWhatWasEnteredStaysWhereTheServiceIsAway(): void
    {
        $post = ['action' => 'update', 'number' => '212-555-0199', 'numberWas' => '', 'backup' => 'pbx2.example.com', 'backupWas' => ''];
        [$page] = $this->show('account', [new Unreachable('connection', 'It cannot be reached.')], $post);
        self::assertStringContainsString('value="212-555-0199"', $page);
        self::assertStringContainsString('value="pbx2.example.com"', $page);
        self::assertStringContainsString('name="numberWas" value=""', $page);
    }

    public function testWhatSomebodyElseChangedMeanwhileIsShownAndNotOverwritten(): void
    {
        $post = ['action' => 'update', 'number' => '2125550199', 'numberWas' => '2125550111', 'backup' => '', 'backupWas' => ''];
        $now = self::account('+12125550122', null);
        [$page, $http] = $this->show('account', [$now, $now, self::empty()], $post);
        self::assertSame(['GET', 'GET', 'GET'], array_column($http->asked, 0));
        self::assertStringContainsString('Meanwhile this was changed to 2125550122.', $page);
        self::assertStringContainsString('name="number" inputmode="tel" value="2125550199"', $page);
        self::assertStringContainsString('name="numberWas" value="2125550122"', $page);
    }

    public function testTheSameNumberWrittenOtherwiseIsNoConflict(): void
    {
        $post = ['action' => 'update', 'number' => '+1 212 555 0199', 'numberWas' => '', 'backup' => '', 'backupWas' => ''];
        $now = self::account('+12125550199', null);
        [, $http] = $this->show('account', [$now, [200, ['revision' => 4]], [200, ['active' => true]], $now, self::empty()], $post);
        self::assertSame('PUT', $http->asked[1][0]);
    }

    /**
     * @param string $tag of the settings
     * @return array{int, array<string, mixed>, string}
     */
    private static function failover(?string $number, ?string $backup, string $tag): array
    {
        return [200, ['failover' => ['number' => $number, 'backup' => $backup]], $tag];
    }

    public function testWhatSomebodyElseChangesBetweenTheLookAndTheUpdateIsShownAndNotOverwritten(): void
    {
        $post = ['action' => 'update', 'number' => '2125550199', 'numberWas' => '', 'backup' => '', 'backupWas' => ''];
        $answers = [self::failover(null, null, '"1"'), [412, ['detail' => 'x']], self::failover('+12125550122', null, '"2"'), self::account('+12125550122', null), self::empty()];
        [$page, $http] = $this->show('account', $answers, $post);
        self::assertSame(['GET', 'PUT', 'GET', 'GET', 'GET'], array_column($http->asked, 0));
        self::assertStringEndsWith('/account/failover', $http->asked[0][1]);
        self::assertSame('"1"', $http->asked[1][3]['If-Match']);
        self::assertStringContainsString('Meanwhile this was changed to 2125550122.', $page);
        self::assertStringContainsString('name="number" inputmode="tel" value="2125550199"', $page);
        self::assertStringContainsString('name="numberWas" value="2125550122"', $page);
    }

    public function testAFieldThatWasLeftAsItWasKeepsWhatItGetsBetweenTheLookAndTheUpdate(): void
    {
        $post = ['action' => 'update', 'number' => '2125550199', 'numberWas' => '', 'backup' => '', 'backupWas' => ''];
        $answers = [self::failover(null, null, '"1"'), [412, ['detail' => 'x']], self::failover(null, 'pbx2.example.com', '"2"'), [200, ['revision' => 4]],
            [200, ['active' => true]], self::account('+12125550199', 'pbx2.example.com'), self::empty()];
        [$page, $http] = $this->show('account', $answers, $post);
        self::assertSame(['number' => '2125550199', 'backup' => 'pbx2.example.com'], $http->asked[3][2]);
        self::assertSame('"2"', $http->asked[3][3]['If-Match']);
        self::assertStringContainsString('The account settings were updated.', $page);
    }

    public function testWhatSomebodyElseChangesBetweenTheLookAndTheClearingIsNotCleared(): void
    {
        $post = ['action' => 'clear', 'number' => '2125550111', 'numberWas' => '2125550111', 'backup' => '', 'backupWas' => ''];
        $answers = [self::failover('+12125550111', null, '"1"'), [412, ['detail' => 'x']], self::failover('+12125550122', null, '"2"'), self::account('+12125550122', null), self::empty()];
        [$page, $http] = $this->show('account', $answers, $post);
        self::assertSame(['DELETE', '"1"'], [$http->asked[1][0], $http->asked[1][3]['If-Match']]);
        self::assertStringContainsString('Nothing was cleared', $page);
        self::assertStringContainsString('value="2125550122"', $page);
    }

    public function testSettingsThatNobodyHasSeenAreNotCleared(): void
    {
        $post = ['action' => 'clear', 'number' => '2125550111', 'numberWas' => '2125550111', 'backup' => '', 'backupWas' => ''];
        $now = self::account('+12125550122', 'pbx2.example.com');
        [$page, $http] = $this->show('account', [$now, $now, self::empty()], $post);
        self::assertSame(['GET', 'GET', 'GET'], array_column($http->asked, 0));
        self::assertStringContainsString('Nothing was cleared', $page);
        self::assertStringContainsString('value="pbx2.example.com"', $page);
        self::assertStringContainsString('name="numberWas" value="2125550122"', $page);
    }

    /** @return iterable<string, array{string, string}> a SIP password, and what is said of it */
    public static function passwords(): iterable
    {
        yield 'with a line' => ["a\n[evil]", 'no SIP password'];
        yield 'with a comment' => ['a;b', 'no SIP password'];
        yield 'with a space around it' => [' s3cret ', 'What would change'];
    }

    /** @dataProvider passwords */
    public function testOnlyWhatAsterisksFilesTakeIsTakenForAPassword(string $password, string $said): void
    {
        $server = ['name' => 'trunk1', 'address' => '192.0.2.1', 'port' => 5060];
        $post = ['action' => 'show', 'sipUser' => 'florist', 'sipSecret' => $password];
        [$page] = $this->show('trunks', [self::account(null, null), [200, ['entries' => [$server]]]], $post);
        self::assertStringContainsString($said, $page);
        self::assertStringNotContainsString('s3cret', $page);
    }

    public function testATransportThatFreePbxHasIsChosenAndWhereThereIsNoneThatIsSaid(): void
    {
        $server = ['name' => 'trunk1', 'address' => '192.0.2.1', 'port' => 5060];
        $answers = [self::account(null, null), [200, ['entries' => [$server]]]];
        $post = ['action' => 'show', 'sipUser' => 'florist', 'sipTransport' => 'forged'];
        [$page] = $this->show('trunks', $answers, $post, ['192.0.2.7-udp', '[::]-udp']);
        self::assertStringContainsString('transport: 192.0.2.7-udp', $page);
        [$page] = $this->show('trunks', $answers, ['sipTransport' => '[::]-udp'] + $post, ['192.0.2.7-udp', '[::]-udp']);
        self::assertStringContainsString('transport: [::]-udp', $page);
        [$page] = $this->show('trunks', $answers, $post, []);
        self::assertStringContainsString('no PJSIP transport over UDP', $page);
        self::assertStringNotContainsString('Do it', $page);
    }

    /** @return iterable<string, array{array<string, mixed>, string}> */
    public static function lies(): iterable
    {
        $server = ['name' => 'trunk1', 'address' => '192.0.2.1', 'port' => 5060];
        yield 'a line of configuration as address' => [['address' => "192.0.2.1\n[evil]"] + $server, '+12125550100'];
        yield 'a comment as address' => [['address' => '192.0.2.1;x'] + $server, '+12125550100'];
        yield 'a word as port' => [['port' => 'x'] + $server, '+12125550100'];
        yield 'a pattern as DID' => [$server, '_X.'];
        yield 'a line as DID' => [$server, "+12125550100\n"];
    }

    /**
     * @dataProvider lies
     * @param array<string, mixed> $server
     */
    public function testTheServiceCannotWriteIntoAsterisksConfiguration(array $server, string $did): void
    {
        $post = ['action' => 'show', 'sipUser' => 'florist', 'routes' => '1', 'destination' => 'ext,600,1'];
        $answers = [self::account(null, null), [200, ['entries' => [$server]]], [200, ['entries' => [['number' => $did]], 'next' => null]]];
        [$page] = $this->show('trunks', $answers, $post);
        self::assertStringContainsString('that cannot be; nothing was changed', $page);
        self::assertStringNotContainsString('Do it', $page);
    }

    public function testTheSameTrunkServerAndDidAreTakenWhereTheyAreTrue(): void
    {
        $post = ['action' => 'show', 'sipUser' => 'florist', 'routes' => '1', 'destination' => 'ext,600,1'];
        $server = ['name' => 'trunk1', 'address' => '192.0.2.1', 'port' => 5060];
        $answers = [self::account(null, null), [200, ['entries' => [$server]]], [200, ['entries' => [['number' => '+12125550100']], 'next' => null]]];
        [$page] = $this->show('trunks', $answers, $post);
        self::assertStringContainsString('Do it', $page);
        self::assertSame([], $this->pbx->trunks);
    }

    /** The first button of a form is the one that the key Enter presses. */
    public function testEnterInADidsFieldUpdatesAndDoesNotFillIn(): void
    {
        $did = [200, ['entries' => [['number' => '+12125550100', 'failover' => ['number' => null, 'backup' => 'pbx2.example.com']]], 'next' => null]];
        [$page] = $this->show('dids', [$did]);
        preg_match_all('/<button [^>]*value="(\w+)"/', $page, $buttons);
        self::assertSame(['update', 'fill', 'tick', 'update'], $buttons[1]);
        self::assertStringContainsString('own FQDN/IP: pbx2.example.com', $page);
    }

    public function testNothingToShowAndNothingToFillInIsSaid(): void
    {
        [$page] = $this->show('dids', [self::empty()]);
        self::assertStringContainsString('This account has no DIDs.', $page);
        $row = ['12125550100' => ['was' => '', 'number' => '2125550199']];
        [$page] = $this->show('dids', [self::empty()], ['action' => 'fill', 'fill' => '', 'whole' => '1', 'rows' => $row]);
        self::assertStringContainsString('Tick the DIDs', $page);
        self::assertStringContainsString('value="2125550199"', $page);
    }

    public function testAFormThatPhpCutOffChangesNothingAndSaysSo(): void
    {
        $row = ['12125550100' => ['was' => '', 'number' => '2125550199']];
        foreach ([['action' => 'update'], []] as $rest) {
            [$page, $http] = $this->show('dids', [], $rest + ['rows' => $row]);
            self::assertSame([], $http->asked);
            self::assertStringContainsString('did not arrive whole', $page);
            self::assertStringContainsString('value="2125550199"', $page);
        }
    }

    public function testAFormWithoutTheTokenOfTheLoginChangesNothing(): void
    {
        foreach (['', 'other'] as $token) {
            $post = ['action' => 'clear', 'token' => $token, 'number' => '', 'backup' => ''];
            [$page, $http] = $this->show('account', [self::account('+12125550199', null), self::empty()], $post);
            self::assertSame(['GET', 'GET'], array_column($http->asked, 0));
            self::assertStringContainsString('from another login', $page);
        }
    }
}
