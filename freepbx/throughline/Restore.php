<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace FreePBX\modules\Throughline;

use FreePBX\modules\Backup as Base;

/** The module's part of a back-up of FreePBX, read again. */
class Restore extends Base\RestoreBase
{
    public function runRestore(): void
    {
        $kept = $this->getConfigs();
        $this->FreePBX->Throughline->takeBack(is_array($kept) ? $kept : []);
    }
}
