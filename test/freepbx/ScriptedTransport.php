<?php

declare(strict_types=1);

use Throughline\FreePBX\HttpAnswer;
use Throughline\FreePBX\HttpTransport;
use Throughline\FreePBX\ServiceClient;
use Throughline\FreePBX\Settings;

/** Answers in turn as it was told, and keeps what it was asked. */
final class ScriptedTransport implements HttpTransport
{
    /** @var list<array{string, string, mixed, array<string, string>}> method, URL, body and headers */
    public array $asked = [];

    /** @param list<array{0: int, 1: mixed, 2?: string}|\Throwable> $answers status, body and perhaps a tag */
    public function __construct(private array $answers)
    {
    }

    public function send(string $method, string $url, array $headers, ?string $body): HttpAnswer
    {
        $this->asked[] = [$method, $url, $body === null ? null : json_decode($body, true), $headers];
        $answer = array_shift($this->answers) ?? throw new LogicException("nothing is said about $method $url");
        if ($answer instanceof Throwable) {
            throw $answer;
        }
        return new HttpAnswer($answer[0], is_string($answer[1]) ? $answer[1] : json_encode($answer[1], JSON_THROW_ON_ERROR), $answer[2] ?? null);
    }

    public function client(): ServiceClient
    {
        $settings = Settings::read('https://trunk.example.com', 'tl_key_abcdefghijklmnopqr_SECRET');
        assert($settings instanceof Settings);
        return new ServiceClient($this, $settings);
    }
}
