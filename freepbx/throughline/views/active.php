<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<?php if ($active !== []): ?>
  <h2><?= $h(_('Active')) ?></h2>
  <ul id="tl-active">
    <?php foreach ($active as $line): ?><li><?= $h($line) ?></li><?php endforeach ?>
  </ul>
<?php endif ?>
