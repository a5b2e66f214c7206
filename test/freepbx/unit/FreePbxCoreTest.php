<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\FreePbxCore;
use Throughline\FreePBX\Ledger;
use Throughline\FreePBX\Refused;
use Throughline\FreePBX\TrunkPlan;
use Throughline\FreePBX\TrunkSettings;
use Throughline\FreePBX\TrunkWork;

/** What the module does in FreePBX's core, over the stand-in for it. */
final class FreePbxCoreTest extends TestCase
{
    private string $file;
    private FreePbxCore $pbx;
    private mixed $made = false;

    protected function setUp(): void
    {
        $this->file = (string) tempnam(sys_get_temp_dir(), 'pbx');
        unlink($this->file);
        putenv('STAND_IN_FILE=' . $this->file);
        $this->pbx = new FreePbxCore(FreePBX::create());
    }

    protected function tearDown(): void
    {
        @unlink($this->file);
        @unlink($this->file . '.lock');
    }

    private function work(): TrunkWork
    {
        return new TrunkWork($this->pbx, Ledger::from($this->made), function (Ledger $now): void {
            $this->made = json_decode((string) json_encode($now->toArray()), true);
        });
    }

    /** @return list<\Throughline\FreePBX\TrunkChange> */
    private function plan(string $address = '192.0.2.1'): array
    {
        $wanted = ['throughline-trunk1' => TrunkSettings::of('throughline-trunk1', $address, 5060, 'user', 's3cret', '0.0.0.0-udp', ['ulaw', 'alaw'])];
        return TrunkPlan::trunks($wanted, $this->pbx->trunks(), Ledger::from($this->made));
    }

    private function change(string $table, string $field, mixed $value): void
    {
        StandInState::change(static function (array $state) use ($table, $field, $value): array {
            $state[$table][1][$field] = $value;
            return $state;
        });
    }

    public function testATrunkIsMadeAndFoundWholeAgain(): void
    {
        $this->work()->apply($this->plan());
        self::assertSame([], $this->plan());
        self::assertSame('ulaw,alaw', StandInState::read()['pjsip'][1]['codecs']);
        self::assertTrue(StandInState::read()['needreload']);
    }

    public function testWhatSomebodySetBesidesStaysWhereATrunkIsRepairedAndTakenBack(): void
    {
        $this->work()->apply($this->plan());
        foreach (['outcid' => '5125550100', 'maxchans' => '4', 'failscript' => 'x', 'dialopts' => 'T', 'routedisplay' => 'off', 'continue' => 'on'] as $field => $value) {
            $this->change('trunks', $field, $value);
        }
        $row = StandInState::read()['trunks'][1];
        $this->work()->apply($this->plan('192.0.2.9'));
        self::assertSame('192.0.2.9', StandInState::read()['pjsip'][1]['match']);
        self::assertSame($row, StandInState::read()['trunks'][1]);
        self::assertSame([], $this->work()->undo());
        self::assertSame('192.0.2.1', StandInState::read()['pjsip'][1]['match']);
        self::assertSame($row, StandInState::read()['trunks'][1]);
    }

    public function testEachChangeIsTakenBackInItsTurn(): void
    {
        $this->work()->apply($this->plan());
        $this->work()->apply(TrunkPlan::routes(['+12125550100'], '10-digits', $this->pbx->routes(), 'ext,600,1'));
        self::assertSame(['2125550100' => 'ext,600,1'], $this->pbx->routes());
        self::assertSame([], $this->work()->undo());
        self::assertSame([], $this->pbx->routes());
        self::assertCount(1, $this->pbx->trunks());
        self::assertSame([], $this->work()->undo());
        self::assertSame([], $this->pbx->trunks());
    }

    public function testATrunkThatSomebodyHasChangedSinceIsLeft(): void
    {
        $this->work()->apply($this->plan());
        $this->change('pjsip', 'language', 'de');
        self::assertStringContainsString('has been changed since', implode($this->work()->undo()));
        self::assertCount(1, $this->pbx->trunks());
    }

    public function testATrunkThatAnOutboundRouteUsesIsLeft(): void
    {
        $this->work()->apply($this->plan());
        StandInState::change(static fn (array $state): array => ['trunkRoutes' => [1 => ['Everywhere' => '0']]] + $state);
        self::assertStringContainsString('used by the outbound routes Everywhere', implode($this->work()->undo()));
        self::assertCount(1, $this->pbx->trunks());
    }

    public function testARouteForSomeCallersIsARoute(): void
    {
        FreePBX::create()->Core->addDID(['extension' => '2125550100', 'cidnum' => '2125550199', 'destination' => 'ext,600,1']);
        self::assertSame([], TrunkPlan::routes(['+12125550100'], '10-digits', $this->pbx->routes(), 'ext,601,1'));
    }

    public function testARouteThatAppearedSinceIsNotTakenForOurs(): void
    {
        $plan = TrunkPlan::routes(['+12125550100'], '10-digits', $this->pbx->routes(), 'ext,600,1');
        FreePBX::create()->Core->addDID(['extension' => '2125550100', 'cidnum' => '', 'destination' => 'ext,600,1']);
        self::assertSame(0, $this->work()->apply($plan));
        $this->work()->undo();
        self::assertSame(['2125550100' => 'ext,600,1'], $this->pbx->routes());
    }

    public function testWhereItFailsInTheMiddleWhatWasMadeIsTakenBackAndNothingElse(): void
    {
        $pbx = new PbxInMemory();
        $pbx->mostRoutes = 2;
        $keep = function (Ledger $now): void {
            $this->made = json_decode((string) json_encode($now->toArray()), true);
        };
        $dids = ['+12125550100', '+12125550101', '+12125550102', '+12125550103'];
        try {
            (new TrunkWork($pbx, Ledger::from(false), $keep))->apply(TrunkPlan::routes($dids, '10-digits', [], 'ext,600,1'));
            self::fail('it was done');
        } catch (Refused) {
            self::assertCount(2, $pbx->routes);
        }
        $pbx->routes['2125550103'] = 'ext,600,1';
        self::assertSame([], (new TrunkWork($pbx, Ledger::from($this->made), $keep))->undo());
        self::assertSame(['2125550103' => 'ext,600,1'], $pbx->routes);
        self::assertFalse(Ledger::from($this->made)->canUndo());
    }

    public function testTheRequestOfThePageDoesNotGetIntoTheTrunk(): void
    {
        $_POST = ['destination' => 'ext,600,1', 'sip_server' => 'evil.example.com'];
        $this->work()->apply($this->plan());
        self::assertSame('192.0.2.1', StandInState::read()['pjsip'][1]['sip_server']);
        self::assertArrayNotHasKey('destination', StandInState::read()['pjsip'][1]);
        self::assertSame('ext,600,1', $_POST['destination']);
        $_POST = [];
    }

    public function testWhatFailsInFreePbxIsToldWithoutThePassword(): void
    {
        $plan = $this->plan();
        StandInState::change(static fn (array $state): array => ['asteriskIsDown' => true] + $state);
        ini_set('zend.exception_ignore_args', '0');
        try {
            $this->work()->apply($plan);
            self::fail('it was done');
        } catch (Refused $refused) {
            self::assertStringContainsString('Is Asterisk running?', $refused->getMessage());
            self::assertNull($refused->getPrevious());
            $shown = Traces::shown($refused);
            self::assertStringContainsString('addTrunk', $shown);
            self::assertFalse(str_contains($shown, 's3cret'), $shown);
        }
    }
}
