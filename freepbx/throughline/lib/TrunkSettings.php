<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The PJSIP trunk to one trunk server, in FreePBX's own keywords. */
final class TrunkSettings
{
    public const NAME_PREFIX = 'throughline-';

    /**
     * Registration with the trunk server, calls from its address known as the trunk's, the DID taken from the
     * Request-URI (context from-pstn). How long and how often is as the service advises for Asterisk: OPTIONS
     * every 25 s keep a NAT open, and it never gives up to register.
     *
     * @param string $transport one of FreePBX's own over UDP
     * @param list<string> $codecs in the order of preference
     * @return array<string, string>
     */
    public static function of(
        string $name,
        string $address,
        int $port,
        string $username,
        #[\SensitiveParameter] string $secret,
        string $transport,
        array $codecs,
    ): array {
        return [
            'trunk_name' => $name,
            // In a SIP URI an IPv6 address stands in brackets, in a list of addresses it does not.
            'sip_server' => str_contains($address, ':') ? '[' . $address . ']' : $address,
            'sip_server_port' => (string) $port,
            'username' => $username,
            'auth_username' => $username,
            'secret' => $secret,
            'authentication' => 'outbound',
            'registration' => 'send',
            'contact_user' => $username,
            'match' => $address,
            'pjsip_line' => 'true',
            'context' => 'from-pstn',
            'transport' => $transport,
            'expiration' => '300',
            'retry_interval' => '30',
            'forbidden_retry_interval' => '300',
            'fatal_retry_interval' => '60',
            'max_retries' => '10000',
            'auth_rejection_permanent' => 'off',
            'qualify_frequency' => '25',
            'dtmfmode' => 'rfc4733',
            'rtp_symmetric' => 'yes',
            'rewrite_contact' => 'no',
            'force_rport' => 'yes',
            'direct_media' => 'no',
            'media_encryption' => 'no',
            'identify_by' => 'default',
            'codecs' => implode(',', $codecs),
        ];
    }
}
