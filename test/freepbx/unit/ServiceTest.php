<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\Activation;
use Throughline\FreePBX\ConnectionTest;
use Throughline\FreePBX\DidRow;
use Throughline\FreePBX\DidUpdate;
use Throughline\FreePBX\Refused;
use Throughline\FreePBX\Unreachable;

final class ServiceTest extends TestCase
{
    private const ID = 'key_abcdefghijklmnopqr';

    public function testListsAreReadToTheirLastPage(): void
    {
        $http = new ScriptedTransport([
            [200, ['entries' => [['number' => '+1']], 'next' => '+1']],
            [200, ['entries' => [['number' => '+2']], 'next' => null]],
        ]);
        self::assertSame([['number' => '+1'], ['number' => '+2']], $http->client()->dids());
        self::assertStringEndsWith('after=%2B1', $http->asked[1][1]);
    }

    /** @return iterable<string, array{list<mixed>, string, string}> */
    public static function connections(): iterable
    {
        $account = [200, ['name' => 'Florist']];
        $keys = static fn (string $access): array => [200, ['entries' => [['id' => self::ID, 'access' => $access]], 'next' => null]];
        yield 'good' => [[$account, $keys('failover')], 'good', 'Florist'];
        yield 'a key that may do more' => [[$account, $keys('write')], 'warning', 'more than this module needs'];
        yield 'a key that may only read' => [[$account, $keys('read')], 'bad', 'only read'];
        yield 'an operator\'s key' => [[[403, ['detail' => 'no']]], 'bad', 'operator'];
        yield 'a wrong key' => [[[401, ['detail' => 'no']]], 'bad', 'wrong, revoked or has expired'];
        yield 'a proxy without its service' => [[[502, '<html>']], 'bad', 'behind its proxy (HTTP status 502)'];
        yield 'another site' => [[[200, '<html>']], 'bad', 'not Throughline'];
        yield 'no host' => [[new Unreachable('host', 'The host x is not known.')], 'bad', 'not known'];
    }

    /**
     * @dataProvider connections
     * @param list<mixed> $answers
     */
    public function testTheConnectionTestSaysWhatIsWrong(array $answers, string $grade, string $text): void
    {
        $test = ConnectionTest::run((new ScriptedTransport($answers))->client());
        self::assertSame($grade, $test->grade);
        self::assertStringContainsString($text, $test->text);
        self::assertStringNotContainsString('SECRET', $test->text);
    }

    /**
     * @param array<string, array{string|null, mixed}> $besides number and backup of those that have some
     * @return array<string, array{number: string|null, backup: mixed}>
     */
    private static function now(array $besides = []): array
    {
        $now = [];
        foreach (['+12125550100', '+12125550101', '+12125550102'] as $did) {
            [$number, $backup] = $besides[$did] ?? [null, null];
            $now[$did] = ['number' => $number, 'backup' => $backup];
        }
        return $now;
    }

    public function testOnlyWhatChangedIsSentAndOwnBackupsStay(): void
    {
        $http = new ScriptedTransport([[200, ['revision' => 7]]]);
        $rows = [new DidRow('+12125550100', '', ''), new DidRow('+12125550101', '', '212-555-0199'), new DidRow('+12125550102', '2125550199', '')];
        $done = DidUpdate::send($http->client(), $rows, self::now(['+12125550102' => ['+12125550199', 'pbx2.example.com']]));
        self::assertCount(1, $http->asked);
        self::assertSame(['changes' => [
            ['did' => '+12125550101', 'failover' => ['number' => '2125550199', 'backup' => null]],
            ['did' => '+12125550102', 'failover' => ['number' => null, 'backup' => 'pbx2.example.com']],
        ]], $http->asked[0][2]);
        self::assertSame([2, 0, 7], [$done->saved, $done->refused, $done->revision]);
    }

    public function testWhatIsRefusedStaysWithItsReasonAndTheRestIsSaved(): void
    {
        $http = new ScriptedTransport([
            [422, ['detail' => 'x', 'errors' => [['field' => 'changes[1].failover.number', 'message' => 'No emergency numbers.']]]],
            [200, ['revision' => 8]],
        ]);
        $rows = [new DidRow('+12125550100', '', 'letters'), new DidRow('+12125550101', '', '2125550199'), new DidRow('+12125550102', '', '2125550911')];
        $done = DidUpdate::send($http->client(), $rows, self::now());
        self::assertSame([1, 2, 8], [$done->saved, $done->refused, $done->revision]);
        self::assertFalse($done->rows[1]->changed());
        self::assertSame(['2125550911', 'No emergency numbers.'], [$done->rows[2]->wanted, $done->rows[2]->problem]);
        self::assertNotNull($done->rows[0]->problem);
    }

    public function testWhatSomebodyElseChangedMeanwhileIsShownAndReplacedOnlyWhenItIsSentAgain(): void
    {
        $now = self::now(['+12125550100' => ['+12125550177', null]]);
        $first = DidUpdate::send((new ScriptedTransport([]))->client(), [new DidRow('+12125550100', '2125550111', '2125550199')], $now);
        self::assertSame([0, 1, null], [$first->saved, $first->refused, $first->revision]);
        self::assertStringContainsString('Meanwhile this was changed to 2125550177', (string) $first->rows[0]->problem);
        self::assertSame(['2125550177', '2125550199'], [$first->rows[0]->was, $first->rows[0]->wanted]);
        $second = DidUpdate::send((new ScriptedTransport([[200, ['revision' => 9]]]))->client(), $first->rows, $now);
        self::assertSame([1, 0, 9], [$second->saved, $second->refused, $second->revision]);
    }

    public function testWhatIsThereAlreadyIsNotSentAgain(): void
    {
        $now = self::now(['+12125550100' => ['+12125550199', null]]);
        $rows = [new DidRow('+12125550100', '', '1 (212) 555-0199'), new DidRow('+12125550101', '2125550111', '')];
        $done = DidUpdate::send((new ScriptedTransport([]))->client(), $rows, $now);
        self::assertSame([0, 0, null], [$done->saved, $done->refused, $done->revision]);
        self::assertSame('2125550199', $done->rows[0]->wanted);
        self::assertFalse($done->rows[1]->changed());
    }

    public function testADidThatIsGoneMeanwhileIsToldAndTheRestIsSaved(): void
    {
        $http = new ScriptedTransport([[200, ['revision' => 5]]]);
        $rows = [new DidRow('+12125550103', '', '2125550199'), new DidRow('+12125550100', '', '2125550199')];
        $done = DidUpdate::send($http->client(), $rows, self::now());
        self::assertSame([1, 1, 5], [$done->saved, $done->refused, $done->revision]);
        self::assertStringContainsString('no longer on the account', (string) $done->rows[0]->problem);
        self::assertSame(['+12125550100'], array_column($http->asked[0][2]['changes'], 'did'));
    }

    public function testWhereNothingNamesARowTheWholeIsRefused(): void
    {
        $http = new ScriptedTransport([[503, ['detail' => 'x']]]);
        $this->expectException(Refused::class);
        DidUpdate::send($http->client(), [new DidRow('+12125550100', '', '2125550199')], self::now());
    }

    public function testActivationIsWaitedFor(): void
    {
        $at = static fn (?string $since): array => [['trunkServer' => 'trunk1', 'since' => $since]];
        $http = new ScriptedTransport([
            [200, ['active' => false, 'trunkServers' => $at(null)]],
            [200, ['active' => true, 'trunkServers' => $at('2026-01-01T00:00:00Z')]],
        ]);
        $slept = [];
        $active = Activation::await($http->client(), 3, static function (int $ms) use (&$slept): void {
            $slept[] = $ms;
        });
        self::assertSame(['trunk1: active since 2026-01-01T00:00:00Z'], $active?->lines());
        self::assertSame([100], $slept);
    }
}
