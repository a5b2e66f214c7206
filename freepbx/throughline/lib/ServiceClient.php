<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/**
 * The account's part of the service's REST API, version 1.
 *
 * @phpstan-type Failover array{number: string|null, backup: string|array{trunkGroup: string}|null}|null
 */
final class ServiceClient
{
    private const PAGE = 1000;
    /** More pages than any account has. */
    private const MOST_PAGES = 100;

    public function __construct(private readonly HttpTransport $transport, private readonly Settings $settings)
    {
    }

    /** @return array<mixed> */
    public function account(): array
    {
        return $this->ask('GET', '/account');
    }

    /** @return list<array<mixed>> name, address, port and state of each trunk server */
    public function trunkServers(): array
    {
        return Shape::rows($this->ask('GET', '/trunk-servers')['entries'] ?? null);
    }

    /** @return list<array<mixed>> one for each trunk group */
    public function registrations(): array
    {
        return $this->all('/registrations');
    }

    /** @return list<array<mixed>> number and failover of each DID */
    public function dids(): array
    {
        return $this->all('/dids');
    }

    /** What the key in use may do: read, failover or write; null where that cannot be seen. */
    public function access(): ?string
    {
        $id = $this->settings->keyId();
        foreach ($id === null ? [] : $this->all('/account/keys') as $key) {
            if (($key['id'] ?? null) === $id) {
                return Text::of($key['access'] ?? null);
            }
        }
        return null;
    }

    /** The failover settings of the account, with their tag. */
    public function globalFailover(): Answer
    {
        $answer = $this->answer('GET', '/account/failover');
        return new Answer(Shape::map($answer->values['failover'] ?? null), $answer->tag);
    }

    /**
     * Both parts null clear the settings.
     *
     * @param string|array<mixed>|null $backup
     * @param string|null $tag of the settings that are to be replaced
     * @return int the revision that carries the change
     */
    public function setGlobal(?string $number, string|array|null $backup, ?string $tag): int
    {
        $done = $number === null && $backup === null
            ? $this->answer('DELETE', '/account/failover', null, self::where($tag))
            : $this->answer('PUT', '/account/failover', ['number' => $number, 'backup' => $backup], self::where($tag));
        return self::revisionIn($done->values);
    }

    /**
     * Failover settings of DIDs that have some of their own, with the tag of those of all, by a dry run that would clear
     * them. A DID that is gone is named in the fields of Refused as `dids[index]`.
     *
     * @param non-empty-list<string> $dids
     */
    public function ownFailover(array $dids): Answer
    {
        $answer = $this->answer('POST', '/dids/failover', ['dids' => $dids, 'failover' => null, 'dryRun' => true]);
        $own = [];
        foreach (Shape::rows($answer->values['changes'] ?? null) as $one) {
            $own[Text::of($one['did'] ?? null)] = Shape::map($one['before'] ?? null);
        }
        return new Answer($own, $answer->tag);
    }

    /**
     * All or nothing, and once, also where the answer is lost: then it is asked for again. What is refused is named in
     * the fields of Refused as `changes[index]…`.
     *
     * @param non-empty-list<array{did: string, failover: array{number: string|null, backup: mixed}|null}> $changes
     * @param string|null $tag of the settings of these DIDs that are to be replaced
     */
    public function changeDids(array $changes, ?string $tag): int
    {
        $headers = self::where($tag) + ['Idempotency-Key' => '"' . bin2hex(random_bytes(16)) . '"'];
        try {
            $done = $this->answer('PUT', '/dids/failover', ['changes' => $changes], $headers);
        } catch (Unreachable | Refused $failed) {
            if (!self::isLost($failed)) {
                throw $failed;
            }
            $done = $this->answer('PUT', '/dids/failover', ['changes' => $changes], $headers);
        }
        return self::revisionIn($done->values);
    }

    /** @return array<mixed> since when each trunk server routes by it */
    public function revision(int $revision): array
    {
        return $this->ask('GET', '/revisions/' . $revision);
    }

    /** @return list<array<mixed>> */
    private function all(string $path): array
    {
        $rows = [];
        $after = '';
        for ($page = 0; $page < self::MOST_PAGES; $page += 1) {
            $answer = $this->ask('GET', $path . '?limit=' . self::PAGE . $after);
            array_push($rows, ...Shape::rows($answer['entries'] ?? null));
            $next = $answer['next'] ?? null;
            if (!is_string($next)) {
                break;
            }
            $after = '&after=' . rawurlencode($next);
        }
        return $rows;
    }

    /** @return array<mixed> */
    private function ask(string $method, string $path): array
    {
        return $this->answer($method, $path)->values;
    }

    /**
     * @param array<mixed>|null $body
     * @param array<string, string> $headers
     */
    private function answer(string $method, string $path, ?array $body = null, array $headers = []): Answer
    {
        $headers += ['Authorization' => $this->settings->authorization(), 'Accept' => 'application/json'];
        if ($body !== null) {
            $headers['Content-Type'] = 'application/json';
        }
        $text = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
        $answer = $this->transport->send($method, $this->settings->url . '/api/v1' . $path, $headers, $text);
        $read = json_decode($answer->body, true);
        if ($answer->status >= 200 && $answer->status < 300 && is_array($read)) {
            return new Answer($read, $answer->tag);
        }
        throw self::refusal($answer->status, Shape::map($read));
    }

    /**
     * Some proxies make a tag weak or take it away. A weak one never fits (RFC 9110 section 13.1.1), so nothing could be
     * changed with it; without one, what was compared here just before has to do.
     *
     * @return array<string, string>
     */
    private static function where(?string $tag): array
    {
        return $tag !== null && str_starts_with($tag, '"') ? ['If-Match' => $tag] : [];
    }

    /** Whether the request may have been done although its answer did not come. */
    private static function isLost(Unreachable|Refused $failed): bool
    {
        return $failed instanceof Unreachable
            ? in_array($failed->cause, ['connection', 'time'], true)
            : in_array($failed->status, [502, 504], true);
    }

    /** @param array<mixed> $problem */
    private static function refusal(int $status, array $problem): Refused
    {
        if ($status === Refused::MEANWHILE) {
            return Refused::meanwhile();
        }
        $detail = Text::of($problem['detail'] ?? null);
        $fields = [];
        foreach (Shape::rows($problem['errors'] ?? null) as $error) {
            $fields[Text::of($error['field'] ?? null)] = Text::of($error['message'] ?? null);
        }
        $message = match (true) {
            $status === 401 => _('The service does not know the API key. It is wrong, revoked or has expired; enter one that is valid in Set-up.'),
            $status === 403 => sprintf(_('The API key may not do this: %s'), $detail ?: _('the service says no more.')),
            $status === 503 => _('The service is up, but cannot reach its store. Nothing was changed; try again.'),
            $detail !== '' => $detail,
            $status >= 500 => sprintf(_('The service cannot be reached behind its proxy (HTTP status %d). Whether a change was made is not known; look again later.'), $status),
            default => sprintf(_('What answers at the service URL is not Throughline (HTTP status %d). Check the service URL.'), $status),
        };
        return new Refused($status, $message, $fields);
    }

    /** @param array<mixed> $answer */
    private static function revisionIn(array $answer): int
    {
        $revision = $answer['revision'] ?? null;
        return is_int($revision) ? $revision : 0;
    }
}
