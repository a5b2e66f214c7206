<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** DID Configuration: the failover number of each DID. */
final class DidPage
{
    /** Three fields for each, so that PHP's max_input_vars of 1000 is never reached. */
    private const ON_A_PAGE = 200;

    /** @param callable(int): void $sleep milliseconds */
    public function __construct(private readonly Store $store, private readonly HttpTransport $transport, private $sleep)
    {
    }

    /** @return array<string, mixed> */
    public function values(Form $form, string $page, string $search): array
    {
        $posted = $form->didRows();
        $values = ['rows' => $posted, 'page' => 0, 'pages' => 1, 'search' => $search, 'active' => [], 'notices' => [], 'fill' => $form->text('fill')];
        try {
            if ($form->action() === 'fill') {
                $posted = array_map(static fn (DidRow $row): DidRow => $row->filled($form->text('fill')), $posted);
                $values['rows'] = $posted;
                $values['notices'][] = new Notice('warning', 'The ticked DIDs are filled in, and not saved yet.');
            }
            $service = Connection::open($this->store, $this->transport);
            $dids = $service->dids();
            if ($form->action() === 'update') {
                $this->update($service, $form, $dids, $values);
            } elseif ($posted === []) {
                $values['rows'] = self::rowsOf($dids);
            }
            if ($posted === []) {
                self::turnTo($values, max(0, (int) $page), $search);
            }
        } catch (Unreachable | Refused $failed) {
            $values['notices'][] = new Notice('danger', $failed->getMessage());
        }
        return $values;
    }

    /**
     * @param list<array<mixed>> $dids
     * @param array<string, mixed> $values
     */
    private function update(ServiceClient $service, Form $form, array $dids, array &$values): void
    {
        if (!$form->whole()) {
            $values['notices'] = [new Notice('danger', 'The form did not arrive whole, and nothing was changed. Raise max_input_vars of PHP, or change fewer DIDs at a time.')];
            return;
        }
        $backups = [];
        foreach ($dids as $did) {
            $backups[Text::of($did['number'] ?? null)] = is_array($did['failover'] ?? null) ? ($did['failover']['backup'] ?? null) : null;
        }
        $done = DidUpdate::send($service, $form->didRows(), $backups);
        $values['rows'] = $done->rows;
        $notices = [];
        if ($done->saved > 0) {
            $notices[] = new Notice('success', self::count($done->saved) . ' updated.');
        }
        if ($done->refused > 0) {
            $notices[] = new Notice('danger', self::count($done->refused) . ' refused; the reason stands beside each. Correct it and update again.');
        }
        if ($notices === []) {
            $notices[] = new Notice('warning', 'Nothing was changed in the form, so nothing was sent.');
        }
        $values['notices'] = $notices;
        if ($done->revision !== null) {
            $values['active'] = Activation::await($service, $done->revision, $this->sleep)?->lines() ?? [];
        }
    }

    private static function count(int $dids): string
    {
        return $dids === 1 ? '1 DID was' : "$dids DIDs were";
    }

    /**
     * @param list<array<mixed>> $dids
     * @return list<DidRow>
     */
    private static function rowsOf(array $dids): array
    {
        return array_map(static function (array $did): DidRow {
            $number = is_array($did['failover'] ?? null) ? ($did['failover']['number'] ?? null) : null;
            $shown = PhoneNumber::shown(is_string($number) ? $number : null);
            return new DidRow(Text::of($did['number'] ?? null), $shown, $shown);
        }, $dids);
    }

    /** @param array<string, mixed> $values */
    private static function turnTo(array &$values, int $page, string $search): void
    {
        $digits = preg_replace('/\D/', '', $search) ?? '';
        $found = array_values(array_filter(
            is_array($values['rows']) ? $values['rows'] : [],
            static fn (mixed $row): bool => $row instanceof DidRow && ($digits === '' || str_contains($row->did . ' ' . $row->was, $digits)),
        ));
        $values['pages'] = max(1, (int) ceil(count($found) / self::ON_A_PAGE));
        $values['page'] = min($page, $values['pages'] - 1);
        $values['rows'] = array_slice($found, $values['page'] * self::ON_A_PAGE, self::ON_A_PAGE);
    }
}
