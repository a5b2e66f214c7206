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
        $ledger = Ledger::from($this->store->get('made'));
        $work = new TrunkWork($this->pbx, $ledger, fn (Ledger $now) => $this->store->put('made', $now->toArray()));
        $values = ['plan' => null, 'mark' => '', 'notices' => [], 'destination' => $form->text('destination'), 'routes' => $form->text('routes') === '1',
            'sipUser' => $form->text('sipUser'), 'sipUsers' => [], 'destinations' => []];
        try {
            $values['destinations'] = array_values(array_unique(array_values($this->pbx->routes())));
            if ($form->action() === 'undo') {
                $left = $work->undo();
                $values['notices'][] = new Notice('success', _('The last change was taken back. Apply Config makes it effective.'));
                foreach ($left as $one) {
                    $values['notices'][] = new Notice('warning', $one);
                }
            }
            $service = Connection::open($this->store, $this->transport);
            $account = $service->account();
            $values['sipUsers'] = self::sipUsers($account);
            if (in_array($form->action(), ['show', 'apply'], true)) {
                $this->change($service, $account, $form, $ledger, $work, $values);
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        $values['canUndo'] = $ledger->canUndo();
        return $values;
    }

    /**
     * @param array<mixed> $account
     * @param array<string, mixed> $values
     */
    private function change(ServiceClient $service, array $account, Form $form, Ledger $ledger, TrunkWork $work, array &$values): void
    {
        $problem = self::problem($form, self::sipUsers($account));
        if ($problem !== null) {
            $values['notices'] = [new Notice('danger', $problem)];
            return;
        }
        $plan = $this->plan($service, $account, $form, $ledger);
        $values['plan'] = $plan;
        $values['mark'] = TrunkPlan::mark($plan);
        if ($form->action() !== 'apply') {
            return;
        }
        if (!hash_equals($values['mark'], $form->text('mark'))) {
            $values['notices'] = [new Notice('warning', _('This is not what was shown before, so nothing was changed. Look it over, and do it then.'))];
        } elseif ($form->text('sipSecret') === '' && self::addsTrunk($plan)) {
            $values['notices'] = [new Notice('danger', _('Enter the SIP password; a new trunk needs it. It was shown when the account was made, and can be replaced by its owner.'))];
        } else {
            $values['plan'] = null;
            $values['notices'] = [new Notice('success', sprintf(_('%d changes were made. Apply Config makes them effective.'), $work->apply($plan)))];
        }
    }

    /**
     * @param array<mixed> $account
     * @return list<TrunkChange>
     */
    private function plan(ServiceClient $service, array $account, Form $form, Ledger $ledger): array
    {
        $wanted = [];
        foreach ($service->trunkServers() as $at) {
            $name = TrunkSettings::NAME_PREFIX . (preg_replace('/[^A-Za-z0-9_-]/', '', Text::of($at['name'] ?? null)) ?? '');
            $address = self::checked('/^[A-Za-z0-9.:_-]{1,255}$/D', $at['address'] ?? null);
            $port = (int) self::checked('/^\d{1,5}$/D', $at['port'] ?? null);
            $wanted[$name] = TrunkSettings::of($name, $address, $port, $form->text('sipUser'), $form->text('sipSecret'), self::CODECS);
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

    /** @param list<string> $sipUsers */
    private static function problem(Form $form, array $sipUsers): ?string
    {
        if (!in_array($form->text('sipUser'), $sipUsers, true)) {
            return _('Choose the SIP user name with which this PBX registers.');
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
