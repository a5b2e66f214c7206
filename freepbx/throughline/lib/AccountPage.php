<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Account Settings: registrations, and the failover settings of the account. */
final class AccountPage
{
    /** @param callable(int): void $sleep milliseconds */
    public function __construct(private readonly Store $store, private readonly HttpTransport $transport, private $sleep)
    {
    }

    /** @return array<string, mixed> */
    public function values(Form $form): array
    {
        $values = ['account' => null, 'registrations' => [], 'problems' => [], 'active' => [], 'notices' => []];
        $values['number'] = $form->text('number');
        $values['backup'] = $form->text('backup');
        try {
            $service = Connection::open($this->store, $this->transport);
            $kept = $form->sent() && $form->action() === '';
            if (in_array($form->action(), ['update', 'clear'], true)) {
                $kept = !$this->change($service, $form, $values);
            }
            $account = $service->account();
            $values['account'] = Text::of($account['name'] ?? null);
            $values['registrations'] = array_map(Registration::of(...), $service->registrations());
            if (!$kept) {
                $failover = is_array($account['failover'] ?? null) ? $account['failover'] : [];
                $number = $failover['number'] ?? null;
                $values['number'] = PhoneNumber::shown(is_string($number) ? $number : null);
                $values['backup'] = Backup::shown($failover['backup'] ?? null);
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        return $values;
    }

    /** @param array<string, mixed> $values */
    private function change(ServiceClient $service, Form $form, array &$values): bool
    {
        $clear = $form->action() === 'clear';
        $written = trim($form->text('number'));
        $number = $clear || $written === '' ? null : PhoneNumber::read($written);
        if (!$clear && $written !== '' && $number === null) {
            $values['problems'] = ['number' => PhoneNumber::wrong()];
            return false;
        }
        try {
            $revision = $service->setGlobal($number, $clear ? null : Backup::read($form->text('backup')));
        } catch (Refused $refused) {
            if ($refused->fields === []) {
                throw $refused;
            }
            $values['problems'] = $refused->fields;
            $values['notices'] = [new Notice('danger', _('Nothing was changed.') . ' ' . $refused->getMessage())];
            return false;
        }
        $values['notices'] = [new Notice('success', $clear ? _('Failover was cleared.') : _('The account settings were updated.'))];
        $values['active'] = Activation::await($service, $revision, $this->sleep)?->lines() ?? [];
        return true;
    }
}
