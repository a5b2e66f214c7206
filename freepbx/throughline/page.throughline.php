<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

if (!defined('FREEPBX_IS_AUTH')) {
    die('No direct script access allowed');
}
echo \FreePBX::create()->Throughline->showPage();
