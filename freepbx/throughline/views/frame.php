<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<div class="container-fluid" id="throughline">
  <h1>Throughline</h1>
  <ul class="nav nav-tabs">
    <?php foreach ($views as $name => $title): ?>
      <li class="<?= $name === $view ? 'active' : '' ?>"><a href="?display=throughline&amp;view=<?= $h($name) ?>"><?= $h($title) ?></a></li>
    <?php endforeach ?>
  </ul>
  <?php foreach ($notices as $notice): ?>
    <div class="alert alert-<?= $h($notice->level) ?>" role="<?= $notice->level === 'danger' ? 'alert' : 'status' ?>"><?= $h($notice->text) ?></div>
  <?php endforeach ?>
  <?= $body ?>
</div>
