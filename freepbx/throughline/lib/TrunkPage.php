<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Trunks: shows what would be changed in the PBX, does it, takes it back. */
final class TrunkPage
{
    private const CODECS = ['ulaw', 'alaw'];

    public function __construct(private readonly Store $store, private readonly HttpTransport $transport, private readonly Pbx $pbx)
    {
    }

    /** @return array<string, mixed> */
    public function values(Form $form): array
    {
        $values = ['plan' => null, 'mark' => '', 'notices' => [], 'destination' => $form->text('destination'), 'routes' => $form->text('routes') === '1',
            'sipUser' => $form->text('sipUser'), 'sipUsers' => [], 'destinations' => [], 'transport' => '', 'transports' => [],
            'canUndo' => false, 'undoMark' => '', 'doable' => false];
        try {
            $turn = in_array($form->action(), ['apply', 'undo'], true) ? Turn::take() : null;
            $this->fill($form, $values);
            unset($turn);
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        return $values;
    }

    /** @param array<string, mixed> $values */
    private function fill(Form $form, array &$values): void
    {
        $ledger = Ledger::from($this->store->get('made'));
        $work = new TrunkWork($this->pbx, $ledger, fn (Ledger $now) => $this->store->put('made', $now->toArray()));
        try {
            $values['destinations'] = array_values(array_unique(array_values($this->pbx->routes())));
            $values['transports'] = $this->pbx->transports();
            $values['transport'] = self::transport($form->text('sipTransport'), $values['transports'], $this->pbx->trunks(), $ledger);
            if ($form->action() === 'undo') {
                $values['notices'] = self::undo($form, $ledger, $work);
            }
            $service = Connection::open($this->store, $this->transport);
            $account = $service->account();
            $values['sipUsers'] = self::sipUsers($account);
            if (in_array($form->action(), ['show', 'apply'], true)) {
                $this->change($service, $account, $form, $ledger, $work, $values);
            }
        } finally {
            $values['canUndo'] = $ledger->canUndo();
            $values['undoMark'] = $ledger->lastMark();
        }
    }

    /** @return list<Notice> */
    private static function undo(Form $form, Ledger $ledger, TrunkWork $work): array
    {
        if (!hash_equals($ledger->lastMark(), $form->text('undoMark'))) {
            return [new Notice('warning', _('The last change is another by now, so nothing was taken back. Press again to take it back.'))];
        }
        $left = array_map(static fn (string $one): Notice => new Notice('warning', $one), $work->undo());
        return [new Notice('success', _('The last change was taken back. Apply Config makes it effective.')), ...$left];
    }

    /**
     * What was chosen; else that of a trunk of ours; else the one that FreePBX has from the start.
     *
     * @param list<string> $transports that there are
     * @param array<int, array{name: string, settings: array<string, string>}> $existing
     */
    private static function transport(string $chosen, array $transports, #[\SensitiveParameter] array $existing, Ledger $ledger): string
    {
        $wanted = [$chosen];
        foreach ($ledger->trunks as $id) {
            $wanted[] = $existing[$id]['settings']['transport'] ?? '';
        }
        foreach ([...$wanted, '0.0.0.0-udp', ...$transports] as $one) {
            if (in_array($one, $transports, true)) {
                return $one;
            }
        }
        return '';
    }

    /**
     * @param array<mixed> $account
     * @param array<string, mixed> $values
     */
    private function change(ServiceClient $service, array $account, Form $form, Ledger $ledger, TrunkWork $work, array &$values): void
    {
        $problem = self::problem($form, self::sipUsers($account), $values['transport']);
        if ($problem !== null) {
            $values['notices'] = [new Notice('danger', $problem)];
            return;
        }
        $plan = $this->plan($service, $account, $form, $ledger, $values['transport']);
        $values['plan'] = $plan;
        $values['mark'] = TrunkPlan::mark($plan);
        $values['doable'] = array_filter($plan, static fn (TrunkChange $one): bool => $one->kind !== 'leave') !== [];
        if ($form->action() !== 'apply') {
            return;
        }
        if (!$values['doable']) {
            $values['notices'] = [new Notice('success', _('Nothing is left to be done, so nothing was changed.'))];
        } elseif (!hash_equals($values['mark'], $form->text('mark'))) {
            $values['notices'] = [new Notice('warning', _('This is not what was shown before, so nothing was changed. Look it over, and do it then.'))];
        } elseif (self::secret($form) === '' && self::addsTrunk($plan)) {
            $values['notices'] = [new Notice('danger', _('Enter the SIP password; a new trunk needs it. It was shown when the account was made, and can be replaced by its owner.'))];
        } else {
            $values['plan'] = null;
            $values['doable'] = false;
            $values['notices'] = [new Notice('success', sprintf(_('%d changes were made. Apply Config makes them effective.'), $work->apply($plan)))];
        }
    }

    /**
     * @param array<mixed> $account
     * @return list<TrunkChange>
     */
    private function plan(ServiceClient $service, array $account, Form $form, Ledger $ledger, string $transport): array
    {
        $wanted = [];
        foreach ($service->trunkServers() as $at) {
            $name = TrunkSettings::NAME_PREFIX . (preg_replace('/[^A-Za-z0-9_-]/', '', Text::of($at['name'] ?? null)) ?? '');
            $address = self::checked('/^[A-Za-z0-9.:_-]{1,255}$/D', $at['address'] ?? null);
            $port = (int) self::checked('/^\d{1,5}$/D', $at['port'] ?? null);
            $wanted[$name] = TrunkSettings::of($name, $address, $port, $form->text('sipUser'), self::secret($form), $transport, self::CODECS);
        }
        $plan = TrunkPlan::trunks($wanted, $this->pbx->trunks(), $ledger);
        if ($form->text('routes') !== '1') {
            return $plan;
        }
        $numbers = array_map(static fn (array $did): string => self::checked('/^\+\d{1,20}$/D', $did['number'] ?? null), $service->dids());
        $format = Text::of($account['didFormat'] ?? null);
        return [...$plan, ...TrunkPlan::routes($numbers, $format, $this->pbx->routes(), trim($form->text('destination')))];
    }

    /** What the service says gets into Asterisk's configuration, so nothing else gets there. */
    private static function checked(string $form, mixed $said): string
    {
        $text = Text::of($said);
        if (preg_match($form, $text) !== 1) {
            throw new Refused(0, _('The service says something of its trunk servers or DIDs that cannot be; nothing was changed.'));
        }
        return $text;
    }

    /** @param list<TrunkChange> $plan */
    private static function addsTrunk(array $plan): bool
    {
        return array_filter($plan, static fn (TrunkChange $one): bool => $one->kind === 'addTrunk') !== [];
    }

    /** A pasted one often has a space around it. */
    private static function secret(Form $form): string
    {
        return trim($form->text('sipSecret'));
    }

    /** @param list<string> $sipUsers */
    private static function problem(Form $form, array $sipUsers, string $transport): ?string
    {
        if ($transport === '') {
            return _('FreePBX has no PJSIP transport over UDP. Switch one on in Asterisk SIP Settings, and look again.');
        }
        if (!in_array($form->text('sipUser'), $sipUsers, true)) {
            return _('Choose the SIP user name with which this PBX registers.');
        }
        if (preg_match('/^[\x21-\x3a\x3c-\x7e]*$/D', self::secret($form)) !== 1) {
            return _('This is no SIP password: it has a space, a semicolon or another sign that Asterisk\'s files do not take. Enter it as it was shown.');
        }
        if ($form->text('routes') === '1' && preg_match('/^[\w-]+,[\w*#+.-]+,\d+$/D', trim($form->text('destination'))) !== 1) {
            return _('Give the destination of the new inbound routes as FreePBX writes it, such as from-did-direct,100,1.');
        }
        return null;
    }

    /**
     * @param array<mixed> $account
     * @return list<string>
     */
    private static function sipUsers(array $account): array
    {
        $groups = Shape::rows($account['trunkGroups'] ?? null);
        $names = array_map(static fn (array $one): string => Text::of($one['username'] ?? null), $groups);
        return array_values(array_filter($names, static fn (string $name): bool => preg_match('/^[A-Za-z0-9._+-]{1,64}$/D', $name) === 1));
    }
}
