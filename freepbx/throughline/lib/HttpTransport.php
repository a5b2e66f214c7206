<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** Sends one request over HTTP. */
interface HttpTransport
{
    /**
     * @param array<string, string> $headers
     * @throws Unreachable where no answer came
     */
    public function send(string $method, string $url, #[\SensitiveParameter] array $headers, ?string $body): HttpAnswer;
}
