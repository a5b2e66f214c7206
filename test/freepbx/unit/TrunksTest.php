<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\DialPattern;
use Throughline\FreePBX\Ledger;
use Throughline\FreePBX\TrunkChange;
use Throughline\FreePBX\TrunkPlan;
use Throughline\FreePBX\TrunkSettings;
use Throughline\FreePBX\TrunkWork;

final class TrunksTest extends TestCase
{
    private PbxInMemory $pbx;
    private mixed $stored = false;

    protected function setUp(): void
    {
        $this->pbx = new PbxInMemory();
    }

    /** @return array<string, array<string, string>> */
    private static function wanted(string $secret = 's3cret'): array
    {
        $wanted = [];
        foreach (['trunk1' => '192.0.2.1', 'trunk2' => '192.0.2.2'] as $name => $address) {
            $wanted["throughline-$name"] = TrunkSettings::of("throughline-$name", $address, 5060, 'user', $secret, '0.0.0.0-udp', ['ulaw', 'alaw']);
        }
        return $wanted;
    }

    private function work(): TrunkWork
    {
        return new TrunkWork($this->pbx, Ledger::from($this->stored), function (Ledger $now): void {
            $this->stored = json_decode((string) json_encode($now->toArray()), true);
        });
    }

    /** @return list<TrunkChange> */
    private function plan(string $secret = 's3cret'): array
    {
        return TrunkPlan::trunks(self::wanted($secret), $this->pbx->trunks(), Ledger::from($this->stored));
    }

    public function testBothTrunksAreMadeAndThenAllIsAsItShouldBe(): void
    {
        self::assertSame(2, $this->work()->apply($this->plan()));
        self::assertSame([], $this->plan());
        self::assertSame([], $this->plan(''));
        self::assertSame('192.0.2.2', $this->pbx->trunks[2]['settings']['match']);
    }

    public function testATrunkHasWhatAsteriskNeedsToRegisterAndToKnowTheDid(): void
    {
        $settings = self::wanted()['throughline-trunk1'];
        $registers = ['registration' => 'send', 'authentication' => 'outbound', 'sip_server' => '192.0.2.1', 'sip_server_port' => '5060',
            'username' => 'user', 'secret' => 's3cret', 'max_retries' => '10000', 'auth_rejection_permanent' => 'off'];
        $takesCalls = ['match' => '192.0.2.1', 'context' => 'from-pstn', 'codecs' => 'ulaw,alaw', 'qualify_frequency' => '25'];
        foreach ($registers + $takesCalls as $keyword => $value) {
            self::assertSame($value, $settings[$keyword], $keyword);
        }
        foreach (array_keys($settings) as $keyword) {
            self::assertLessThanOrEqual(30, strlen($keyword), 'as long as a keyword may be in the table of core');
        }
    }

    public function testAPlanChangesNothing(): void
    {
        $this->plan();
        self::assertSame([], $this->pbx->trunks);
    }

    public function testWhatWasMadeIsUndone(): void
    {
        $this->pbx->trunks[1] = ['name' => 'carrier', 'settings' => []];
        $this->work()->apply($this->plan());
        self::assertSame([], $this->work()->undo());
        self::assertSame([1], array_keys($this->pbx->trunks));
        self::assertSame([], $this->work()->undo());
    }

    public function testADriftIsShownWithoutSecretsRepairedAndUndone(): void
    {
        $this->work()->apply($this->plan());
        $this->pbx->trunks[1]['settings']['match'] = '0.0.0.0/0';
        $this->pbx->trunks[1]['settings']['secret'] = 'old secret';
        $this->pbx->trunks[1]['settings']['language'] = 'de';
        $plan = $this->plan();
        self::assertCount(1, $plan);
        self::assertSame(['0.0.0.0/0', '192.0.2.1'], $plan[0]->differences['match']);
        self::assertStringNotContainsString('s', str_replace(['(hidden)', '(as entered)'], '', implode($plan[0]->differences['secret'])));
        $this->work()->apply($plan);
        self::assertSame('192.0.2.1', $this->pbx->trunks[1]['settings']['match']);
        self::assertSame('de', $this->pbx->trunks[1]['settings']['language']);
        $this->work()->undo();
        self::assertSame('0.0.0.0/0', $this->pbx->trunks[1]['settings']['match']);
        self::assertSame('old secret', $this->pbx->trunks[1]['settings']['secret']);
    }

    public function testATrunkOfSomebodyElseIsLeft(): void
    {
        $theirs = ['name' => 'throughline-trunk1', 'settings' => ['match' => 'x']];
        $this->pbx->trunks[5] = $theirs;
        $plan = $this->plan();
        self::assertSame(['leave', 'addTrunk'], array_map(static fn (TrunkChange $one): string => $one->kind, $plan));
        $this->work()->apply($plan);
        $this->work()->undo();
        self::assertSame([5 => $theirs], $this->pbx->trunks);
    }

    public function testATrunkThatSomebodyDisabledIsLeft(): void
    {
        $this->work()->apply($this->plan());
        $this->pbx->trunks[2]['settings'] = [];
        self::assertSame(['leave'], array_map(static fn (TrunkChange $one): string => $one->kind, $this->plan()));
    }

    public function testOnlyDidsWithoutARouteGetOneAndARouteInAnotherFormIsTold(): void
    {
        $this->pbx->routes = ['2125550100' => 'a,1,1', '12125550101' => 'b,1,1', '+12125550102' => 'c,1,1', '_30555X.' => 'd,1,1'];
        $dids = ['+12125550100', '+12125550101', '+12125550102', '+12125550103', '+493023125000', '+13055550100'];
        $plan = TrunkPlan::routes($dids, '10-digits', $this->pbx->routes(), 'ext,600,1');
        $seen = array_map(static fn (TrunkChange $one): array => [$one->kind, $one->name], $plan);
        self::assertSame([['leave', '2125550101'], ['leave', '2125550102'], ['addRoute', '2125550103'], ['addRoute', '493023125000']], $seen);
        self::assertStringContainsString('route for 12125550101, but calls come for 2125550101', $plan[0]->note);
        self::assertSame(2, $this->work()->apply($plan));
        self::assertSame('b,1,1', $this->pbx->routes['12125550101']);
    }

    /** @return iterable<string, array{string, string, list<string>}> by form: what is asked for, and which routes take it */
    public static function forms(): iterable
    {
        yield 'ten digits' => ['10-digits', '2125550100', ['2125550100']];
        yield 'eleven digits' => ['11-digits', '12125550100', ['12125550100']];
        yield 'E.164' => ['e164', '+12125550100', ['+12125550100']];
    }

    /**
     * @dataProvider forms
     * @param list<string> $takes
     */
    public function testARouteTakesCallsInTheFormInWhichTheyCome(string $format, string $called, array $takes): void
    {
        foreach (['2125550100', '12125550100', '+12125550100'] as $written) {
            $plan = TrunkPlan::routes(['+12125550100'], $format, [$written => 'a,1,1'], 'ext,600,1');
            self::assertSame(in_array($written, $takes, true) ? [] : [$called], array_map(static fn (TrunkChange $one): string => $one->name, $plan));
            self::assertSame([], array_filter($plan, static fn (TrunkChange $one): bool => $one->kind !== 'leave'));
        }
    }

    /** @return iterable<string, array{string, string, bool}> */
    public static function patterns(): iterable
    {
        yield 'as it is' => ['2125550100', '2125550100', true];
        yield 'another' => ['2125550100', '2125550101', false];
        yield 'digits' => ['_NXXNXXXXXX', '2125550100', true];
        yield 'too short' => ['_NXXNXXXXX', '2125550100', false];
        yield 'N is no 1' => ['_NXXNXXXXXX', '1125550100', false];
        yield 'Z is no 0' => ['_Z125550100', '0125550100', false];
        yield 'one or more' => ['_2125550.', '2125550100', true];
        yield 'one at least' => ['_2125550100.', '2125550100', false];
        yield 'none or more' => ['_2125550100!', '2125550100', true];
        yield 'a set' => ['_212555010[0-24]', '2125550102', true];
        yield 'out of the set' => ['_212555010[0-24]', '2125550103', false];
        yield 'plus' => ['_+1NXXNXXXXXX', '+12125550100', true];
        yield 'dashes are for the eye' => ['_212-555-01XX', '2125550100', true];
        yield 'an attack' => ['_(a+)+$[', '2125550100', false];
        yield 'a set that is none' => ['_2[^1]25550100', '2125550100', false];
    }

    /** @dataProvider patterns */
    public function testAPatternTakesWhatAsteriskWouldTake(string $pattern, string $number, bool $takes): void
    {
        self::assertSame($takes, DialPattern::takes($pattern, $number));
    }

    public function testATrunkOfATrunkServerThatIsNoLongerThereIsToldAndLeft(): void
    {
        $this->work()->apply($this->plan());
        $one = array_slice(self::wanted(), 0, 1);
        $plan = TrunkPlan::trunks($one, $this->pbx->trunks(), Ledger::from($this->stored));
        self::assertSame([['leave', 'throughline-trunk2']], array_map(static fn (TrunkChange $one): array => [$one->kind, $one->name], $plan));
        self::assertSame(0, $this->work()->apply($plan));
        self::assertCount(2, $this->pbx->trunks);
    }

    public function testAnIpv6AddressStandsInBracketsInTheUriAndBareInTheListOfAddresses(): void
    {
        $settings = TrunkSettings::of('x', '2001:db8::1', 5060, 'user', 's3cret', '[::]-udp', ['ulaw']);
        self::assertSame(['[2001:db8::1]', '2001:db8::1', '[::]-udp'], [$settings['sip_server'], $settings['match'], $settings['transport']]);
    }

    public function testARouteThatLeadsElsewhereByNowIsNotTakenAway(): void
    {
        $this->work()->apply(TrunkPlan::routes(['+12125550100', '+12125550101'], 'e164', [], 'ext,600,1'));
        $this->pbx->routes['+12125550101'] = 'changed,1,1';
        self::assertCount(1, $this->work()->undo());
        self::assertSame(['+12125550101' => 'changed,1,1'], $this->pbx->routes);
    }
}
