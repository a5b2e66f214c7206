<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Account Settings: registrations, and the failover settings of the account. */
final class AccountPage
{
    /** How often a change is tried while others change the same. */
    private const TRIES = 5;

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
            if (in_array($form->action(), ['update', 'clear'], true)) {
                $kept = !$this->change($service, $form, $values);
            }
            $account = $service->account();
            $values['account'] = Text::of($account['name'] ?? null);
            $values['registrations'] = array_map(Registration::of(...), $service->registrations());
            $values['known'] = true;
            if (!$kept) {
                $values = self::shown(Shape::map($account['failover'] ?? null)) + $values;
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        return $values;
    }

    /**
     * @param array<mixed> $failover
     * @return array{number: string, backup: string, numberWas: string, backupWas: string} the settings as the fields show them
     */
    private static function shown(array $failover): array
    {
        $number = $failover['number'] ?? null;
        $number = PhoneNumber::shown(is_string($number) ? $number : null);
        $backup = Backup::shown($failover['backup'] ?? null);
        return ['number' => $number, 'backup' => $backup, 'numberWas' => $number, 'backupWas' => $backup];
    }

    /**
     * What is changed between the look at the settings and the change is looked at anew.
     *
     * @param array<string, mixed> $values
     * @return bool whether it was done
     */
    private function change(ServiceClient $service, Form $form, array &$values): bool
    {
        for ($try = 1; true; $try += 1) {
            try {
                return $this->changeAsSeen($service, $form, $service->globalFailover(), $values);
            } catch (Refused $refused) {
                if (!$refused->isMeanwhile() || $try === self::TRIES) {
                    throw $refused;
                }
            }
        }
    }

    /**
     * @param array<string, mixed> $values
     * @return bool whether it was done
     */
    private function changeAsSeen(ServiceClient $service, Form $form, Answer $seen, array &$values): bool
    {
        $now = self::shown($seen->values);
        $clear = $form->action() === 'clear';
        $overtaken = $clear ? self::clearedUnseen($form, $now) : self::overtaken($form, $now);
        if ($overtaken !== []) {
            $values = $overtaken + ['numberWas' => $now['number'], 'backupWas' => $now['backup']] + $values;
            return false;
        }
        [$number, $backup] = $clear ? [null, null] : self::written($form, $now);
        if ($number === false) {
            $values['problems'] = ['number' => PhoneNumber::wrong()];
            return false;
        }
        try {
            $revision = $service->setGlobal($number, $backup, $seen->tag);
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

    /**
     * A field that was left as it was shown keeps what it has by now.
     *
     * @param array{number: string, backup: string, numberWas: string, backupWas: string} $now
     * @return array{string|false|null, string|array{trunkGroup: string}|null} number, false where it is none, and backup
     */
    private static function written(Form $form, array $now): array
    {
        $number = trim($form->text('number') === $form->text('numberWas') ? $now['number'] : $form->text('number'));
        $backup = $form->text('backup') === $form->text('backupWas') ? $now['backup'] : $form->text('backup');
        return [$number === '' ? null : PhoneNumber::read($number) ?? false, Backup::read($backup)];
    }

    /**
     * @param array{number: string, backup: string, numberWas: string, backupWas: string} $now
     * @return array<string, mixed> what to show instead, where the settings are not those that were to be cleared
     */
    private static function clearedUnseen(Form $form, array $now): array
    {
        if ($form->text('numberWas') === $now['number'] && $form->text('backupWas') === $now['backup']) {
            return [];
        }
        $told = _('Meanwhile the settings were changed, and are shown as they are now. Nothing was cleared; clear again if you still want to.');
        return $now + ['notices' => [new Notice('warning', $told)]];
    }

    /**
     * What somebody else has changed meanwhile is not overwritten unseen.
     *
     * @param array{number: string, backup: string, numberWas: string, backupWas: string} $now
     * @return array<string, mixed> what to show instead, where both have changed a field, each to something else
     */
    private static function overtaken(Form $form, array $now): array
    {
        $told = [];
        foreach (['number', 'backup'] as $field) {
            $was = $form->text($field . 'Was');
            $wanted = trim($form->text($field));
            if ($field === 'number') {
                $wanted = PhoneNumber::shown(PhoneNumber::read($wanted) ?? $wanted);
            }
            if (!in_array($now[$field], [$was, $wanted], true) && $wanted !== $was) {
                $told[$field] = $now[$field] === ''
                    ? _('Meanwhile this was cleared. Update again to replace that.')
                    : sprintf(_('Meanwhile this was changed to %s. Update again to replace that.'), $now[$field]);
            }
        }
        $notice = new Notice('warning', _('Nothing was changed: somebody else has changed the settings meanwhile.'));
        return $told === [] ? [] : ['problems' => $told, 'notices' => [$notice]];
    }
}
