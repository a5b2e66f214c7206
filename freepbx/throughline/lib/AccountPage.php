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
        foreach (['number', 'backup', 'numberWas', 'backupWas'] as $field) {
            $values[$field] = $form->text($field);
        }
        // Fields that are empty because nothing could be read would clear the settings when they are sent.
        $values['known'] = $form->sent();
        try {
            $service = Connection::open($this->store, $this->transport);
            $kept = $form->sent() && $form->action() === '';
            $account = $service->account();
            if (in_array($form->action(), ['update', 'clear'], true)) {
                $kept = !$this->change($service, $form, self::shown($account), $values);
                $account = $service->account();
            }
            $values['account'] = Text::of($account['name'] ?? null);
            $values['registrations'] = array_map(Registration::of(...), $service->registrations());
            $values['known'] = true;
            if (!$kept) {
                $values = self::shown($account) + $values;
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        return $values;
    }

    /**
     * @param array<mixed> $account
     * @return array{number: string, backup: string, numberWas: string, backupWas: string} the settings as the fields show them
     */
    private static function shown(array $account): array
    {
        $failover = Shape::map($account['failover'] ?? null);
        $number = $failover['number'] ?? null;
        $number = PhoneNumber::shown(is_string($number) ? $number : null);
        $backup = Backup::shown($failover['backup'] ?? null);
        return ['number' => $number, 'backup' => $backup, 'numberWas' => $number, 'backupWas' => $backup];
    }

    /**
     * A field that was left as it was shown keeps what it has by now.
     *
     * @param array{number: string, backup: string, numberWas: string, backupWas: string} $now
     * @param array<string, mixed> $values
     */
    private function change(ServiceClient $service, Form $form, array $now, array &$values): bool
    {
        $clear = $form->action() === 'clear';
        $written = trim($form->text('number') === $form->text('numberWas') ? $now['number'] : $form->text('number'));
        $backup = $form->text('backup') === $form->text('backupWas') ? $now['backup'] : $form->text('backup');
        $number = $clear || $written === '' ? null : PhoneNumber::read($written);
        if (!$clear && $written !== '' && $number === null) {
            $values['problems'] = ['number' => PhoneNumber::wrong()];
            return false;
        }
        try {
            $revision = $service->setGlobal($number, $clear ? null : Backup::read($backup));
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
