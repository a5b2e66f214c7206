<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Whether the service can be used with these settings, and if not, what is wrong. */
final class ConnectionTest
{
    /** @param 'good'|'warning'|'bad' $grade */
    private function __construct(public readonly string $grade, public readonly string $text)
    {
    }

    public static function run(ServiceClient $service): self
    {
        try {
            $account = $service->account();
            $access = $service->access();
        } catch (Unreachable $failed) {
            return new self('bad', $failed->getMessage());
        } catch (Refused $refused) {
            $text = $refused->status === 403
                ? _("The key is an operator's. Have a key of your account made, with access “failover”.")
                : $refused->getMessage();
            return new self('bad', $text);
        }
        $name = Text::of($account['name'] ?? null);
        return match ($access) {
            'failover' => new self('good', sprintf(_('Connected as account “%s”. The key changes its failover and nothing else.'), $name)),
            'read' => new self('bad', sprintf(_('Connected as account “%s”, but the key may only read. Have one made with access “failover”.'), $name)),
            'write' => new self('warning', sprintf(_('Connected as account “%s”. The key may do more than this module needs: who steals this PBX '
                . 'gets it. Have one made with access “failover”, and revoke this one.'), $name)),
            default => new self('warning', sprintf(_('Connected as account “%s”. What the key may do could not be seen.'), $name)),
        };
    }
}
