<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<form method="post" action="?display=throughline&amp;view=trunks" autocomplete="off">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <p><label for="tl-username">SIP user name</label>
    <select class="form-control" id="tl-username" name="username">
      <?php foreach ($usernames as $one): ?><option<?= $one === $username ? ' selected' : '' ?>><?= $h($one) ?></option><?php endforeach ?>
    </select></p>
  <p><label for="tl-secret">SIP password (empty: as it is in the trunk)</label>
    <input class="form-control" id="tl-secret" name="secret" type="password" value="" autocomplete="new-password"></p>
  <p><label><input type="checkbox" name="routes" value="1"<?= $routes ? ' checked' : '' ?>> Inbound routes for DIDs that have none, to</label>
    <input class="form-control" name="destination" aria-label="Destination" list="tl-destinations" value="<?= $h($destination) ?>" placeholder="from-did-direct,100,1">
    <datalist id="tl-destinations"><?php foreach ($destinations as $one): ?><option value="<?= $h($one) ?>"><?php endforeach ?></datalist></p>
  <button class="btn btn-default" name="action" value="show">Show what would change</button>
  <?php if ($plan !== null): ?>
    <h2>What would change</h2>
    <?php if ($plan === []): ?><p>Nothing: all is as it should be.</p><?php endif ?>
    <ul id="tl-plan">
      <?php foreach ($plan as $change): ?>
        <li>
          <?php if ($change->kind === 'addTrunk'): ?>A new PJSIP trunk <b><?= $h($change->name) ?></b> to <?= $h($change->settings['sip_server']) ?> port <?= $h($change->settings['sip_server_port']) ?>
          <?php elseif ($change->kind === 'repairTrunk'): ?>The trunk <b><?= $h($change->name) ?></b>:
            <?php foreach ($change->differences as $keyword => [$old, $new]): ?><br><?= $h($keyword) ?>: “<?= $h($old) ?>” becomes “<?= $h($new) ?>”<?php endforeach ?>
          <?php elseif ($change->kind === 'addRoute'): ?>An inbound route for <b><?= $h($change->name) ?></b> to <?= $h($change->destination) ?>
          <?php else: ?>There is a trunk <b><?= $h($change->name) ?></b> that this module did not make, or that was disabled. It is left as it is; rename or enable it, and look again.
          <?php endif ?>
        </li>
      <?php endforeach ?>
    </ul>
    <?php if ($plan !== []): ?><p>To do it, enter the SIP password again where one is needed.</p><button class="btn btn-primary" name="action" value="apply">Do it</button><?php endif ?>
  <?php endif ?>
  <?php if ($canUndo): ?><button class="btn btn-danger" name="action" value="undo">Take the last change back</button><?php endif ?>
</form>
