<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Set-up: where the service is, and the key. */
final class SetupPage
{
    public function __construct(private readonly Store $store, private readonly HttpTransport $transport)
    {
    }

    /** @return array<string, mixed> */
    public function values(Form $form): array
    {
        $url = $form->sent() ? $form->text('url') : Text::of($this->store->get('url'));
        $notices = in_array($form->action(), ['save', 'test'], true) ? $this->act($form) : [];
        $hasKey = Text::of($this->store->get('key')) !== '';
        return ['url' => $url, 'hasKey' => $hasKey, 'notices' => $notices];
    }

    /** @return list<Notice> */
    private function act(Form $form): array
    {
        $stored = Text::of($this->store->get('url'));
        $entered = trim($form->text('key'));
        if ($entered === '' && $stored !== '' && !Settings::sameOrigin($stored, $form->text('url'))) {
            return [new Notice('danger', _('The service URL leads to another place; enter the API key for it, too. The stored one was not sent there.'))];
        }
        $key = $entered === '' ? Text::of($this->store->get('key')) : $entered;
        $settings = Settings::read($form->text('url'), $key);
        if (is_string($settings)) {
            return [new Notice('danger', $settings)];
        }
        $notices = [];
        if ($form->action() === 'save') {
            $this->store->put('url', $settings->url);
            $this->store->put('key', $key);
            $notices[] = new Notice('success', _('Saved.'));
        }
        $test = ConnectionTest::run(new ServiceClient($this->transport, $settings));
        $level = match ($test->grade) {
            'good' => 'success',
            'warning' => 'warning',
            'bad' => 'danger',
        };
        return [...$notices, new Notice($level, $test->text)];
    }
}
