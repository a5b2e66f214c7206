<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace FreePBX\modules\Throughline;

use FreePBX\modules\Backup as Base;

/** The module's part of a back-up of FreePBX. */
class Backup extends Base\BackupBase
{
    /**
     * @param mixed $id of the back-up job
     * @param mixed $transaction
     */
    public function runBackup($id, $transaction): void
    {
        $this->addConfigs($this->FreePBX->Throughline->settingsToKeep());
    }
}
