<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<?php if ($account !== null): ?><h2><?= $h($account) ?></h2><?php endif ?>
<?php foreach ($registrations as $registration): ?>
  <table class="table"><caption><?= $h(sprintf(_('Registration of %s'), $registration->username)) ?></caption>
    <?php foreach ($registration->trunkServers as $name => $from): ?>
      <tr><th scope="row"><?= $h($name) ?></th><td><?= $h($from === '' ? _('not registered') : sprintf(_('registered from %s'), $from)) ?></td></tr>
    <?php endforeach ?>
  </table>
  <?php if ($registration->warning !== null): ?><div class="alert alert-warning"><?= $h($registration->warning) ?></div><?php endif ?>
<?php endforeach ?>
<?php if ($known): ?>
<form method="post" action="?display=throughline&amp;view=account">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <input type="hidden" name="numberWas" value="<?= $h($numberWas) ?>">
  <input type="hidden" name="backupWas" value="<?= $h($backupWas) ?>">
  <p><label for="tl-number"><?= $h(_('Global Failover Number')) ?></label>
    <input class="form-control" id="tl-number" name="number" inputmode="tel" value="<?= $h($number) ?>" placeholder="212-555-0123">
    <?php if (isset($problems['number'])): ?><span class="text-danger" role="alert"><?= $h($problems['number']) ?></span><?php endif ?></p>
  <p><label for="tl-backup"><?= $h(_('Failover FQDN/IP')) ?></label>
    <input class="form-control" id="tl-backup" name="backup" value="<?= $h($backup) ?>" placeholder="pbx2.example.com:5060">
    <?php if (isset($problems['backup'])): ?><span class="text-danger" role="alert"><?= $h($problems['backup']) ?></span><?php endif ?></p>
  <button class="btn btn-primary" name="action" value="update"><?= $h(_('Update Account Settings')) ?></button>
  <button class="btn btn-danger" name="action" value="clear"><?= $h(_('Clear Failover')) ?></button>
</form>
<?php else: ?>
<p><a class="btn btn-default" href="?display=throughline&amp;view=account"><?= $h(_('Try again')) ?></a></p>
<?php endif ?>
<?= \Throughline\FreePBX\View::fill('active', ['active' => $active]) ?>
