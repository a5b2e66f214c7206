<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Throughline\FreePBX\PhoneNumber;
use Throughline\FreePBX\Settings;
use Throughline\FreePBX\Text;

final class NumbersAndSettingsTest extends TestCase
{
    /** @return iterable<string, array{string, ?string}> */
    public static function numbers(): iterable
    {
        yield 'ten digits' => ['2125550123', '2125550123'];
        yield 'eleven digits' => ['12125550123', '12125550123'];
        yield 'punctuation and spaces' => [' (212) 555-0123 ', '2125550123'];
        yield 'dots' => ['1.212.555.0123', '12125550123'];
        yield 'a long dash' => ["212\u{2013}555\u{2013}0123", '2125550123'];
        yield 'abroad' => ['+49 30 23125000', '+493023125000'];
        yield 'nine digits' => ['212555012', null];
        yield 'eleven digits without 1' => ['22125550123', null];
        yield 'letters' => ['212-KL5-0123', null];
        yield 'broken UTF-8' => ["212\xff5550123", null];
        yield 'nothing' => ['', null];
    }

    /** @dataProvider numbers */
    public function testNumbersAreReadAsPeopleWriteThem(string $written, ?string $read): void
    {
        self::assertSame($read, PhoneNumber::read($written));
    }

    public function testTheKeyOnlyGoesOverTlsOrLoopback(): void
    {
        self::assertInstanceOf(Settings::class, Settings::read('https://a.example/', 'k'));
        self::assertInstanceOf(Settings::class, Settings::read('http://127.0.0.1:8080', 'k'));
        self::assertIsString(Settings::read('http://a.example', 'k'));
        self::assertIsString(Settings::read('ftp://a.example', 'k'));
        self::assertIsString(Settings::read('https://u:p@a.example', 'k'));
        self::assertIsString(Settings::read('https://a.example', "k\r\nX: y"));
        self::assertIsString(Settings::read('https://a.example', ''));
    }

    public function testAnotherHostPortOrSchemeIsAnotherOrigin(): void
    {
        self::assertTrue(Settings::sameOrigin('https://A.example', 'https://a.example/path'));
        self::assertFalse(Settings::sameOrigin('https://a.example', 'https://b.example'));
        self::assertFalse(Settings::sameOrigin('https://a.example', 'https://a.example:8443'));
    }

    public function testNoDumpShowsTheKey(): void
    {
        $settings = Settings::read('https://a.example', 'verysecret');
        self::assertStringNotContainsString('verysecret', print_r($settings, true));
    }

    public function testHtmlIsEscaped(): void
    {
        self::assertSame('&lt;b&gt;&quot;&apos;', Text::html('<b>"\''));
    }
}
