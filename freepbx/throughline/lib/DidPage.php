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
        $values = ['rows' => $posted, 'page' => 0, 'pages' => 1, 'search' => $search, 'active' => [], 'notices' => [], 'fill' => $form->text('fill'),
            'backups' => [], 'known' => false];
        try {
            if ($form->action() === 'fill') {
                $ticked = array_filter($posted, static fn (DidRow $row): bool => $row->ticked) !== [];
                $posted = array_map(static fn (DidRow $row): DidRow => $row->filled($form->text('fill')), $posted);
                $values['rows'] = $posted;
                $values['notices'][] = new Notice('warning', $ticked ? _('The ticked DIDs are filled in, and not saved yet.') : _('Tick the DIDs that are to be filled in.'));
            }
            if ($form->action() === 'tick') {
                $posted = array_map(static fn (DidRow $row): DidRow => $row->ticked(), $posted);
                $values['rows'] = $posted;
            }
            if ($form->sent() && !$form->whole()) {
                throw new Refused(0, _('The form did not arrive whole, and nothing was changed. Raise max_input_vars of PHP, or change fewer DIDs at a time.'));
            }
            $service = Connection::open($this->store, $this->transport);
            $dids = $service->dids();
            $values['known'] = true;
            foreach (DidUpdate::present($dids) as $did => ['backup' => $backup]) {
                if ($backup !== null) {
                    $values['backups'][$did] = Backup::shown($backup);
                }
            }
            if ($form->action() === 'update') {
                $this->update($service, $form, $dids, $values);
            }
            if ($posted === []) {
                self::turnTo($values, self::rowsOf($dids), (int) $page, $search);
            } else {
                self::pagesOf(count(self::found(self::rowsOf($dids), $search)), (int) $page, $values);
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
        $done = DidUpdate::send($service, $form->didRows(), DidUpdate::present($dids));
        $values['rows'] = $done->rows;
        $notices = [];
        if ($done->saved > 0) {
            $notices[] = new Notice('success', $done->saved === 1 ? _('1 DID was updated.') : sprintf(_('%d DIDs were updated.'), $done->saved));
        }
        if ($done->refused > 0) {
            $notices[] = new Notice('danger', $done->refused === 1
                ? _('1 DID was refused; the reason stands beside it. Correct it and update again.')
                : sprintf(_('%d DIDs were refused; the reason stands beside each. Correct them and update again.'), $done->refused));
        }
        if ($notices === []) {
            $changed = array_filter($form->didRows(), static fn (DidRow $row): bool => $row->changed()) !== [];
            $notices[] = new Notice('warning', $changed
                ? _('The DIDs have what was entered already, so nothing was sent.')
                : _('Nothing was changed in the form, so nothing was sent.'));
        }
        $values['notices'] = $notices;
        if ($done->revision !== null) {
            $values['active'] = Activation::await($service, $done->revision, $this->sleep)?->lines() ?? [];
        }
    }

    /**
     * @param list<array<mixed>> $dids
     * @return list<DidRow>
     */
    private static function rowsOf(array $dids): array
    {
        return array_map(static function (array $did): DidRow {
            $number = Shape::map($did['failover'] ?? null)['number'] ?? null;
            $shown = PhoneNumber::shown(is_string($number) ? $number : null);
            return new DidRow(Text::of($did['number'] ?? null), $shown, $shown);
        }, $dids);
    }

    /**
     * @param array<string, mixed> $values
     * @param list<DidRow> $rows of all DIDs
     */
    private static function turnTo(array &$values, array $rows, int $page, string $search): void
    {
        $found = self::found($rows, $search);
        $page = self::pagesOf(count($found), $page, $values);
        $values['rows'] = array_slice($found, $page * self::ON_A_PAGE, self::ON_A_PAGE);
    }

    /**
     * @param list<DidRow> $rows
     * @return list<DidRow> those whose number or failover number has these digits
     */
    private static function found(array $rows, string $search): array
    {
        $digits = preg_replace('/\D/', '', $search) ?? '';
        return array_values(array_filter(
            $rows,
            static fn (DidRow $row): bool => $digits === '' || str_contains($row->did . ' ' . $row->was, $digits),
        ));
    }

    /**
     * @param array<string, mixed> $values
     * @return int the page that there is
     */
    private static function pagesOf(int $found, int $page, array &$values): int
    {
        $pages = $found === 0 ? 1 : intdiv($found - 1, self::ON_A_PAGE) + 1;
        $page = $page < 0 ? 0 : ($page < $pages ? $page : $pages - 1);
        $values['pages'] = $pages;
        $values['page'] = $page;
        return $page;
    }
}
