<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** HTTP by curl: certificates verified, no redirect followed, so that the key goes to the service alone. */
final class CurlTransport implements HttpTransport
{
    private const CONNECT_SECONDS = 5;
    private const ANSWER_SECONDS = 20;
    private const CERTIFICATE_ERRORS = [35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91];

    public function send(string $method, string $url, #[\SensitiveParameter] array $headers, ?string $body): HttpAnswer
    {
        $lines = ['Expect:'];
        foreach ($headers as $name => $value) {
            $lines[] = $name . ': ' . $value;
        }
        $curl = curl_init($url);
        if ($curl === false) {
            throw new Unreachable('connection', _('curl cannot be used on this PBX.'));
        }
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $lines,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS,
            CURLOPT_TIMEOUT => self::ANSWER_SECONDS,
            CURLOPT_HEADER => true,
        ]);
        if (str_starts_with($url, 'http://')) {
            // Loopback only; a proxy of the environment would read the key.
            curl_setopt($curl, CURLOPT_NOPROXY, '*');
        }
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $answer = curl_exec($curl);
        if (!is_string($answer)) {
            throw self::failure(curl_errno($curl), curl_error($curl), $url);
        }
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $size = curl_getinfo($curl, CURLINFO_HEADER_SIZE);
        $size = is_int($size) ? $size : 0;
        $tag = preg_match('/^etag:\s*(\S+)\s*$/im', substr($answer, 0, $size), $found) === 1 ? $found[1] : null;
        return new HttpAnswer(is_int($status) ? $status : 0, substr($answer, $size), $tag);
    }

    private static function failure(int $number, string $said, string $url): Unreachable
    {
        $host = parse_url($url, PHP_URL_HOST);
        $where = is_string($host) ? $host : _('the service');
        if ($number === CURLE_COULDNT_RESOLVE_HOST) {
            return new Unreachable('host', sprintf(_('The host %s is not known. Check the service URL and the DNS of this PBX.'), $where));
        }
        if (in_array($number, self::CERTIFICATE_ERRORS, true)) {
            return new Unreachable(
                'certificate',
                sprintf(_('The certificate of %s cannot be trusted (%s). Nothing was sent. Check the service URL, '
                . 'the clock of this PBX, and that the service has a certificate for this name.'), $where, $said),
            );
        }
        if ($number === CURLE_OPERATION_TIMEDOUT) {
            return new Unreachable('time', sprintf(_('%s did not answer in time. Whether a change was made is not known; look again later.'), $where));
        }
        return new Unreachable('connection', sprintf(_('%s cannot be reached (%s). Check the service URL, its port, and firewalls.'), $where, $said));
    }
}
