<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** `fwconsole throughline …`, for scripts: lines for people, and 0 where all went well. */
final class CommandLine
{
    public function __construct(private readonly Store $store, private readonly HttpTransport $transport)
    {
    }

    /**
     * @param list<string> $arguments
     * @return array{int, list<string>} exit code and lines
     */
    public function run(array $arguments): array
    {
        $what = $arguments[0] ?? '';
        $count = ['status' => 1, 'pull' => 1, 'set-global' => 2, 'set-did' => 3][$what] ?? 0;
        if (count($arguments) !== $count) {
            return [2, self::usage()];
        }
        try {
            $service = Connection::open($this->store, $this->transport);
            return match ($what) {
                'status' => self::status($service),
                'pull' => [0, self::pull($service)],
                'set-global' => self::setGlobal($service, $arguments[1] ?? ''),
                default => self::setDid($service, $arguments[1] ?? '', $arguments[2] ?? ''),
            };
        } catch (Unreachable | Refused $failed) {
            return [$failed instanceof Refused && $failed->isMeanwhile() ? 4 : 1, [$failed->getMessage()]];
        }
    }

    /** @return list<string> */
    private static function usage(): array
    {
        return [
            _('Usage: fwconsole throughline'),
            'status                          ' . _('the account, its failover and registrations'),
            'pull                            ' . _('all DIDs with their own failover number and FQDN/IP, tab-separated'),
            'set-global <number|none>        ' . _('the global failover number'),
            'set-did <did> <number|global>   ' . _('the failover number of a DID'),
        ];
    }

    /** @return array{int, list<string>} */
    private static function status(ServiceClient $service): array
    {
        $account = $service->account();
        $failover = Shape::map($account['failover'] ?? null);
        $lines = [
            sprintf(_('account: %s'), Text::of($account['name'] ?? null)),
            sprintf(_('global failover number: %s'), Text::of($failover['number'] ?? null) ?: _('none')),
            sprintf(_('failover FQDN/IP: %s'), Backup::shown($failover['backup'] ?? null) ?: _('none')),
        ];
        $warned = false;
        foreach (array_map(Registration::of(...), $service->registrations()) as $registration) {
            foreach ($registration->trunkServers as $name => $from) {
                $lines[] = $from === ''
                    ? sprintf(_('%s at %s: not registered'), $registration->username, $name)
                    : sprintf(_('%s at %s: registered from %s'), $registration->username, $name, $from);
            }
            if ($registration->warning !== null) {
                $lines[] = sprintf(_('WARNING: %s'), $registration->warning);
                $warned = true;
            }
        }
        return [$warned ? 3 : 0, $lines];
    }

    /** @return list<string> */
    private static function pull(ServiceClient $service): array
    {
        return array_map(static function (array $did): string {
            $failover = Shape::map($did['failover'] ?? null);
            $backup = Backup::shown($failover['backup'] ?? null);
            return implode("\t", [Text::of($did['number'] ?? null), Text::of($failover['number'] ?? null) ?: 'global', $backup ?: 'global']);
        }, $service->dids());
    }

    /** @return array{int, list<string>} */
    private static function setGlobal(ServiceClient $service, string $written): array
    {
        $number = $written === 'none' ? null : PhoneNumber::read($written);
        if ($number === null && $written !== 'none') {
            return [2, [PhoneNumber::wrong()]];
        }
        $now = $service->globalFailover();
        $backup = $now->values['backup'] ?? null;
        $revision = $service->setGlobal($number, is_array($backup) || is_string($backup) ? $backup : null, $now->tag);
        return [0, [sprintf(_('set; revision %d'), $revision)]];
    }

    /** @return array{int, list<string>} */
    private static function setDid(ServiceClient $service, string $did, string $written): array
    {
        if ($written !== 'global' && PhoneNumber::read($written) === null) {
            return [2, [PhoneNumber::wrong()]];
        }
        $now = DidUpdate::present($service->dids());
        $asked = PhoneNumber::read($did);
        $rows = [];
        foreach ($now as $number => ['number' => $was]) {
            if (PhoneNumber::same((string) $number, $asked)) {
                $rows[] = new DidRow((string) $number, $was ?? '', $written === 'global' ? '' : $written);
            }
        }
        if ($rows === []) {
            return [1, [sprintf(_('%s is no DID of this account.'), $did)]];
        }
        $done = DidUpdate::send($service, $rows, $now);
        $row = $done->rows[0];
        return match (true) {
            $row->isOvertaken => [4, [sprintf(_('Somebody else changed this at the same moment, to %s. Nothing was changed; try again.'), $row->was ?: 'global')]],
            $row->problem !== null => [1, [$row->problem]],
            $done->revision === null => [0, [_('nothing to change')]],
            default => [0, [sprintf(_('set; revision %d'), $done->revision)]],
        };
    }
}
