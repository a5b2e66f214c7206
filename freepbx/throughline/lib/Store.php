<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Where the module keeps its values between requests. */
interface Store
{
    public function get(string $name): mixed;

    public function put(string $name, #[\SensitiveParameter] mixed $value): void;
}
