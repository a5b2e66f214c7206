<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** The service as it is set up. */
final class Connection
{
    public static function settings(Store $store): ?Settings
    {
        $settings = Settings::read(Text::of($store->get('url')), Text::of($store->get('key')));
        return $settings instanceof Settings ? $settings : null;
    }

    /** @throws Refused where nothing is set up */
    public static function open(Store $store, HttpTransport $transport): ServiceClient
    {
        $settings = self::settings($store);
        if ($settings === null) {
            throw new Refused(0, _('The module is not set up. Enter the service URL and the API key in Set-up.'));
        }
        return new ServiceClient($transport, $settings);
    }
}
