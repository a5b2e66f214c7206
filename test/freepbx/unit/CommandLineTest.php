<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\CommandLine;
use Throughline\FreePBX\Store;

/** What scripts get where somebody else changes the same between the command's look and its change. */
final class CommandLineTest extends TestCase
{
    /**
     * @param list<mixed> $answers of the service
     * @return array{int, list<string>, ScriptedTransport} exit code, lines, and what was asked
     */
    private static function command(array $answers, string ...$arguments): array
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
        $http = new ScriptedTransport($answers);
        return [...(new CommandLine($store, $http))->run($arguments), $http];
    }

    /** @return array{int, array<string, mixed>, string} the answer to a dry run */
    private static function seen(?string $number, string $tag): array
    {
        return [200, ['changes' => [['did' => '+12125550100', 'before' => ['number' => $number, 'backup' => null]]]], $tag];
    }

    public function testTheGlobalNumberIsNotOverwritten(): void
    {
        $global = [200, ['failover' => ['number' => null, 'backup' => 'pbx2.example.com']], '"1"'];
        [$code, $lines, $http] = self::command([$global, [412, ['detail' => 'x']]], 'set-global', '2125550199');
        self::assertSame([4, ['Somebody else changed the same at this moment. Nothing was changed; look at it, and try again.']], [$code, $lines]);
        self::assertSame(['PUT', ['number' => '2125550199', 'backup' => 'pbx2.example.com'], '"1"'], [$http->asked[1][0], $http->asked[1][2], $http->asked[1][3]['If-Match']]);
        self::assertSame([0, ['set; revision 3']], array_slice(self::command([$global, [200, ['revision' => 3]]], 'set-global', 'none'), 0, 2));
    }

    public function testTheNumberOfADidIsNotOverwritten(): void
    {
        $dids = [200, ['entries' => [['number' => '+12125550100', 'failover' => ['number' => '+12125550111', 'backup' => null]]], 'next' => null]];
        $answers = [$dids, self::seen('+12125550111', '"1"'), [412, ['detail' => 'x']], self::seen('+12125550122', '"2"')];
        [$code, $lines, $http] = self::command($answers, 'set-did', '2125550100', '2125550199');
        self::assertSame([4, ['Somebody else changed this at the same moment, to 2125550122. Nothing was changed; try again.']], [$code, $lines]);
        self::assertSame('"1"', $http->asked[2][3]['If-Match']);
        $answers[3] = self::seen('+12125550199', '"2"');
        self::assertSame([0, ['nothing to change']], array_slice(self::command($answers, 'set-did', '2125550100', '2125550199'), 0, 2));
    }
}
