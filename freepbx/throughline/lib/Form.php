<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** A form as it was sent. */
final class Form
{
    /** @param array<mixed> $post */
    public function __construct(#[\SensitiveParameter] private readonly array $post)
    {
    }

    public function action(): string
    {
        return $this->text('action');
    }

    public function text(string $name): string
    {
        return Text::of($this->post[$name] ?? null);
    }

    public function sent(): bool
    {
        return isset($this->post['token']);
    }

    /** @return array{fields: list<int|string>} so that no dump or log shows a key or a password */
    public function __debugInfo(): array
    {
        return ['fields' => array_keys($this->post)];
    }

    public function withoutAction(): self
    {
        return new self(['action' => ''] + $this->post);
    }

    /** PHP leaves out the end of a form that has more fields than max_input_vars; the last one says that all came. */
    public function whole(): bool
    {
        return $this->text('whole') === '1';
    }

    /** @return list<DidRow> */
    public function didRows(): array
    {
        $rows = [];
        foreach (Shape::map($this->post['rows'] ?? null) as $did => $row) {
            if (is_array($row) && preg_match('/^\+?\d{1,20}$/', (string) $did) === 1) {
                $number = '+' . ltrim((string) $did, '+');
                $rows[] = new DidRow($number, Text::of($row['was'] ?? null), Text::of($row['number'] ?? null), isset($row['ticked']));
            }
        }
        return $rows;
    }
}
