<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
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
            $wanted["throughline-$name"] = TrunkSettings::of("throughline-$name", $address, 5060, 'user', $secret, ['ulaw', 'alaw']);
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

    public function testOnlyDidsWithoutARouteGetOne(): void
    {
        $this->pbx->routes = ['2125550100' => 'a,1,1', '12125550101' => 'b,1,1', '+12125550102' => 'c,1,1', '_X.' => 'd,1,1'];
        $dids = ['+12125550100', '+12125550101', '+12125550102', '+12125550103', '+493023125000'];
        $plan = TrunkPlan::routes($dids, '10-digits', $this->pbx->routes(), 'ext,600,1');
        self::assertSame(['2125550103', '493023125000'], array_map(static fn (TrunkChange $one): string => $one->name, $plan));
    }

    public function testARouteThatLeadsElsewhereByNowIsNotTakenAway(): void
    {
        $this->work()->apply(TrunkPlan::routes(['+12125550100', '+12125550101'], 'e164', [], 'ext,600,1'));
        $this->pbx->routes['+12125550101'] = 'changed,1,1';
        self::assertCount(1, $this->work()->undo());
        self::assertSame(['+12125550101' => 'changed,1,1'], $this->pbx->routes);
    }
}
