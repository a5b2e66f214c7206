<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The module's pages: reads the request, asks or changes, fills the view. */
final class Pages
{
    /** @param callable(int): void $sleep milliseconds */
    public function __construct(
        private readonly Store $store,
        private readonly HttpTransport $transport,
        private readonly Pbx $pbx,
        private $sleep,
    ) {
    }

    /**
     * @param array<mixed> $query
     * @param array<mixed> $post
     * @param array<mixed> $session
     */
    public function show(array $query, array $post, array &$session): string
    {
        $views = ['account' => _('Account Settings'), 'dids' => _('DID Configuration'), 'trunks' => _('Trunks'), 'setup' => _('Set-up')];
        $view = Text::of($query['view'] ?? null);
        if (!isset($views[$view])) {
            $view = Connection::settings($this->store) === null ? 'setup' : 'account';
        }
        $token = Csrf::token($session);
        $form = new Form($post);
        $notices = [];
        if ($form->action() !== '' && !Csrf::fits($session, $post['token'] ?? null)) {
            $form = $form->withoutAction();
            $notices[] = new Notice('danger', _('This form is from another login. Nothing was changed; look it over and send it again.'));
        }
        $values = match ($view) {
            'setup' => (new SetupPage($this->store, $this->transport))->values($form),
            'dids' => (new DidPage($this->store, $this->transport, $this->sleep))->values($form, Text::of($query['page'] ?? null), Text::of($query['search'] ?? null)),
            'trunks' => (new TrunkPage($this->store, $this->transport, $this->pbx))->values($form),
            default => (new AccountPage($this->store, $this->transport, $this->sleep))->values($form),
        };
        $notices = array_merge($notices, Shape::map($values['notices'] ?? null));
        $body = View::fill($view, $values + ['token' => $token]);
        return View::fill('frame', ['views' => $views, 'view' => $view, 'notices' => $notices, 'body' => $body]);
    }
}
