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
        $values = ['plan' => null, 'notices' => [], 'destination' => $form->text('destination'), 'routes' => $form->text('routes') === '1',
            'username' => $form->text('username'), 'usernames' => [], 'destinations' => [], 'hasSecret' => $form->text('secret') !== ''];
        try {
            $destinations = array_values(array_unique(array_values($this->pbx->routes())));
            $values['destinations'] = $destinations;
            if ($form->action() === 'undo') {
                $left = $work->undo();
                $values['notices'][] = new Notice('success', 'The last change was taken back. Apply Config makes it effective.');
                foreach ($left as $one) {
                    $values['notices'][] = new Notice('warning', $one);
                }
            }
            $service = Connection::open($this->store, $this->transport);
            $account = $service->account();
            $values['usernames'] = self::usernames($account);
            if (in_array($form->action(), ['show', 'apply'], true)) {
                $plan = $this->plan($service, $account, $form, $ledger);
                $problem = self::problem($plan, $form, $values['usernames']);
                if ($problem !== null) {
                    $values['notices'][] = new Notice('danger', $problem);
                } elseif ($form->action() === 'apply') {
                    $done = $work->apply($plan);
                    $values['notices'][] = new Notice('success', "$done changes were made. Apply Config makes them effective.");
                } else {
                    $values['plan'] = $plan;
                }
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        $values['canUndo'] = $ledger->steps !== [];
        return $values;
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
            $port = (int) Text::of($at['port'] ?? null);
            $wanted[$name] = TrunkSettings::of($name, Text::of($at['address'] ?? null), $port, $form->text('username'), $form->text('secret'), self::CODECS);
        }
        $plan = TrunkPlan::trunks($wanted, $this->pbx->trunks(), $ledger);
        if ($form->text('routes') !== '1') {
            return $plan;
        }
        $numbers = array_map(static fn (array $did): string => Text::of($did['number'] ?? null), $service->dids());
        $format = Text::of($account['didFormat'] ?? null);
        return [...$plan, ...TrunkPlan::routes($numbers, $format, $this->pbx->routes(), trim($form->text('destination')))];
    }

    /**
     * @param list<TrunkChange> $plan
     * @param list<string> $usernames
     */
    private static function problem(array $plan, Form $form, array $usernames): ?string
    {
        if (!in_array($form->text('username'), $usernames, true)) {
            return 'Choose the SIP user name with which this PBX registers.';
        }
        foreach ($plan as $change) {
            if ($change->kind === 'addTrunk' && $change->settings['secret'] === '') {
                return 'Enter the SIP password; a new trunk needs it. It was shown when the account was made, and can be replaced by its owner.';
            }
        }
        if ($form->text('routes') === '1' && preg_match('/^[\w-]+,[^,\s]+,\d+$/', trim($form->text('destination'))) !== 1) {
            return 'Give the destination of the new inbound routes as FreePBX writes it, such as from-did-direct,100,1.';
        }
        return null;
    }

    /**
     * @param array<mixed> $account
     * @return list<string>
     */
    private static function usernames(array $account): array
    {
        $groups = is_array($account['trunkGroups'] ?? null) ? $account['trunkGroups'] : [];
        return array_values(array_map(static fn (mixed $one): string => is_array($one) ? Text::of($one['username'] ?? null) : '', $groups));
    }
}
