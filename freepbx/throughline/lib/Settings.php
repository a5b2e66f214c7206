<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Where the service is, and the key of the account. */
final class Settings
{
    private const LOOPBACK = '/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/';

    private function __construct(public readonly string $url, #[\SensitiveParameter] private readonly string $key)
    {
    }

    /** The settings, or a sentence that says what is wrong with them. */
    public static function read(string $url, #[\SensitiveParameter] string $key): self|string
    {
        $url = rtrim(trim($url), '/');
        $key = trim($key);
        $parts = parse_url($url);
        $host = is_array($parts) ? ($parts['host'] ?? '') : '';
        $scheme = is_array($parts) ? ($parts['scheme'] ?? '') : '';
        if ($host === '' || !in_array($scheme, ['https', 'http'], true)) {
            return _('The service URL is missing or no URL; give one such as https://trunk.example.com.');
        }
        if (is_array($parts) && (isset($parts['user']) || isset($parts['query']) || isset($parts['fragment']))) {
            return _('The service URL has more than a host, a port and a path; leave the rest out.');
        }
        if ($scheme === 'http' && preg_match(self::LOOPBACK, $host) !== 1) {
            return _('The service URL must begin with https://, or the key could be read on its way.');
        }
        if (preg_match('/^[A-Za-z0-9._~+\/-]{1,300}$/', $key) !== 1) {
            return _('The API key is missing or has characters that no key has; paste it as it was shown.');
        }
        return new self($url, $key);
    }

    /** Whether the key would go to the same place. */
    public static function sameOrigin(string $one, string $other): bool
    {
        $origin = static function (string $url): string {
            $parts = parse_url(trim($url));
            return is_array($parts)
                ? strtolower(($parts['scheme'] ?? '') . '://' . ($parts['host'] ?? '') . ':' . ($parts['port'] ?? ''))
                : '';
        };
        return $origin($one) === $origin($other);
    }

    public function authorization(): string
    {
        return 'Bearer ' . $this->key;
    }

    /** The id of the key, which is no secret; null where the key has none. */
    public function keyId(): ?string
    {
        return preg_match('/^tl_(key_[0-9a-z]{18})_/', $this->key, $found) === 1 ? $found[1] : null;
    }

    /** @return array{url: string} so that no dump or log shows the key */
    public function __debugInfo(): array
    {
        return ['url' => $this->url];
    }
}
