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

    /**
     * @param array<string, array{string|null, mixed}> $besides as for `now`
     * @return array{int, array<string, mixed>, string} the answer to a dry run, with its tag
     */
    private static function seen(array $besides = [], string $tag = '"1"'): array
    {
        $changes = [];
        foreach ($besides as $did => [$number, $backup]) {
            $changes[] = ['did' => $did, 'before' => ['number' => $number, 'backup' => $backup], 'after' => null];
        }
        return [200, ['changes' => $changes, 'unchanged' => 0], $tag];
    }

    /** @return list<array{string, string|null}> each request with its tag */
    private static function conditions(ScriptedTransport $http): array
    {
        return array_map(static fn (array $one): array => [$one[0], $one[3]['If-Match'] ?? null], $http->asked);
    }

    public function testOnlyWhatChangedIsSentAndOwnBackupsStay(): void
    {
        $http = new ScriptedTransport([self::seen(['+12125550102' => ['+12125550199', 'pbx2.example.com']]), [200, ['revision' => 7]]]);
        $rows = [new DidRow('+12125550100', '', ''), new DidRow('+12125550101', '', '212-555-0199'), new DidRow('+12125550102', '2125550199', '')];
        $done = DidUpdate::send($http->client(), $rows, self::now(['+12125550102' => ['+12125550199', 'pbx2.example.com']]));
        self::assertSame([['POST', null], ['PUT', '"1"']], self::conditions($http));
        self::assertSame(['dids' => ['+12125550101', '+12125550102'], 'failover' => null, 'dryRun' => true], $http->asked[0][2]);
        self::assertSame(['changes' => [
            ['did' => '+12125550101', 'failover' => ['number' => '2125550199', 'backup' => null]],
            ['did' => '+12125550102', 'failover' => ['number' => null, 'backup' => 'pbx2.example.com']],
        ]], $http->asked[1][2]);
        self::assertSame([2, 0, 7], [$done->saved, $done->refused, $done->revision]);
    }

    public function testWhatIsRefusedStaysWithItsReasonAndTheRestIsSaved(): void
    {
        $http = new ScriptedTransport([
            self::seen(),
            [422, ['detail' => 'x', 'errors' => [['field' => 'changes[1].failover.number', 'message' => 'No emergency numbers.']]]],
            self::seen([], '"2"'),
            [200, ['revision' => 8]],
        ]);
        $rows = [new DidRow('+12125550100', '', 'letters'), new DidRow('+12125550101', '', '2125550199'), new DidRow('+12125550102', '', '2125550911')];
        $done = DidUpdate::send($http->client(), $rows, self::now());
        self::assertSame([1, 2, 8], [$done->saved, $done->refused, $done->revision]);
        self::assertSame([['POST', null], ['PUT', '"1"'], ['POST', null], ['PUT', '"2"']], self::conditions($http));
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
        $http = new ScriptedTransport([self::seen(['+12125550100' => ['+12125550177', null]]), [200, ['revision' => 9]]]);
        $second = DidUpdate::send($http->client(), $first->rows, $now);
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
        $http = new ScriptedTransport([self::seen(), [200, ['revision' => 5]]]);
        $rows = [new DidRow('+12125550103', '', '2125550199'), new DidRow('+12125550100', '', '2125550199')];
        $done = DidUpdate::send($http->client(), $rows, self::now());
        self::assertSame([1, 1, 5], [$done->saved, $done->refused, $done->revision]);
        self::assertStringContainsString('no longer on the account', (string) $done->rows[0]->problem);
        self::assertSame(['+12125550100'], array_column($http->asked[1][2]['changes'], 'did'));
    }

    public function testADidThatGoesBetweenTheLookAndTheUpdateIsToldAndTheRestIsSaved(): void
    {
        $gone = [422, ['detail' => 'x', 'errors' => [['field' => 'dids[0]', 'message' => 'No DID of this account.']]]];
        $http = new ScriptedTransport([$gone, self::seen(), [200, ['revision' => 5]]]);
        $rows = [new DidRow('+12125550100', '', '2125550199'), new DidRow('+12125550101', '', '2125550199')];
        $done = DidUpdate::send($http->client(), $rows, self::now());
        self::assertSame([1, 1, 5], [$done->saved, $done->refused, $done->revision]);
        self::assertSame('No DID of this account.', $done->rows[0]->problem);
    }

    public function testWhatSomebodyElseChangesBetweenTheLookAndTheUpdateIsShownAndTheRestIsSaved(): void
    {
        $theirs = ['+12125550100' => ['+12125550177', null], '+12125550101' => [null, 'pbx2.example.com'], '+12125550102' => ['+12125550199', null]];
        $http = new ScriptedTransport([
            self::seen(),
            [412, ['detail' => 'x', 'code' => 'changedMeanwhile']],
            self::seen($theirs, '"2"'),
            self::seen(['+12125550101' => [null, 'pbx2.example.com']], '"3"'),
            [200, ['revision' => 6]],
        ]);
        $rows = array_map(static fn (string $did): DidRow => new DidRow($did, '', '2125550199'), array_keys(self::now()));
        $done = DidUpdate::send($http->client(), $rows, self::now());
        // One was set to another number, one got a backup, which stays, and one has the same number now.
        self::assertSame([1, 1, 6], [$done->saved, $done->refused, $done->revision]);
        self::assertStringContainsString('Meanwhile this was changed to 2125550177', (string) $done->rows[0]->problem);
        self::assertTrue($done->rows[0]->isOvertaken);
        self::assertSame([['POST', null], ['PUT', '"1"'], ['POST', null], ['POST', null], ['PUT', '"3"']], self::conditions($http));
        self::assertSame([['did' => '+12125550101', 'failover' => ['number' => '2125550199', 'backup' => 'pbx2.example.com']]], $http->asked[4][2]['changes']);
    }

    public function testAnUpdateThatOthersOvertakeAgainAndAgainEnds(): void
    {
        $answers = array_merge(...array_fill(0, 5, [self::seen(), [412, ['detail' => 'x']]]));
        $this->expectException(Refused::class);
        $this->expectExceptionMessage('Somebody else changed the same at this moment. Nothing was changed');
        DidUpdate::send((new ScriptedTransport($answers))->client(), [new DidRow('+12125550100', '', '2125550199')], self::now());
    }

    /** @return iterable<string, array{mixed}> */
    public static function lostAnswers(): iterable
    {
        yield 'no answer in time' => [new Unreachable('time', 'x')];
        yield 'the connection broke' => [new Unreachable('connection', 'x')];
        yield 'a proxy did not wait' => [[504, '<html>']];
    }

    /** @dataProvider lostAnswers */
    public function testAnUpdateWhoseAnswerIsLostIsAskedForAgainAsTheSame(mixed $lost): void
    {
        $http = new ScriptedTransport([self::seen(), $lost, [200, ['revision' => 6]]]);
        $done = DidUpdate::send($http->client(), [new DidRow('+12125550100', '', '2125550199')], self::now());
        self::assertSame([1, 0, 6], [$done->saved, $done->refused, $done->revision]);
        self::assertSame($http->asked[1], $http->asked[2]);
        self::assertMatchesRegularExpression('/^"[0-9a-f]{32}"$/', $http->asked[1][3]['Idempotency-Key']);
    }

    public function testEachUpdateHasAKeyOfItsOwnAndATagThatNeverFitsIsNotSent(): void
    {
        $http = new ScriptedTransport([self::seen([], 'W/"1"'), [200, ['revision' => 6]], self::seen(), [200, ['revision' => 7]]]);
        $row = new DidRow('+12125550100', '', '2125550199');
        DidUpdate::send($http->client(), [$row], self::now());
        DidUpdate::send($http->client(), [$row], self::now());
        self::assertNotSame($http->asked[1][3]['Idempotency-Key'], $http->asked[3][3]['Idempotency-Key']);
        self::assertSame([['POST', null], ['PUT', null], ['POST', null], ['PUT', '"1"']], self::conditions($http));
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
