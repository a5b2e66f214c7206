<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<form method="post" action="?display=throughline&amp;view=trunks" autocomplete="off">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <p><label for="tl-user"><?= $h(_('SIP user name')) ?></label>
    <select class="form-control" id="tl-user" name="sipUser">
      <?php foreach ($sipUsers as $one): ?><option<?= $one === $sipUser ? ' selected' : '' ?>><?= $h($one) ?></option><?php endforeach ?>
    </select></p>
  <p><label for="tl-secret"><?= $h(_('SIP password (empty: as it is in the trunk)')) ?></label>
    <input class="form-control" id="tl-secret" name="sipSecret" type="password" value="" autocomplete="new-password"></p>
  <p><label for="tl-transport"><?= $h(_('PJSIP transport')) ?></label>
    <select class="form-control" id="tl-transport" name="sipTransport">
      <?php foreach ($transports as $one): ?><option<?= $one === $transport ? ' selected' : '' ?>><?= $h($one) ?></option><?php endforeach ?>
    </select></p>
  <p><label><input type="checkbox" name="routes" value="1"<?= $routes ? ' checked' : '' ?>> <?= $h(_('Inbound routes for DIDs that have none, to')) ?></label>
    <input class="form-control" name="destination" aria-label="<?= $h(_('Destination')) ?>" list="tl-destinations" value="<?= $h($destination) ?>" placeholder="from-did-direct,100,1">
    <datalist id="tl-destinations"><?php foreach ($destinations as $one): ?><option value="<?= $h($one) ?>"><?php endforeach ?></datalist></p>
  <button class="btn btn-default" name="action" value="show"><?= $h(_('Show what would change')) ?></button>
  <?php if ($plan !== null): ?>
    <h2><?= $h(_('What would change')) ?></h2>
    <?php if ($plan === []): ?><p><?= $h(_('Nothing: all is as it should be.')) ?></p><?php endif ?>
    <ul id="tl-plan">
      <?php foreach ($plan as $change): ?>
        <li>
          <?php if ($change->kind === 'addTrunk'): ?><?= $h(_('A new PJSIP trunk')) ?> <b><?= $h($change->name) ?></b>
            <details><summary><?= $h(sprintf(_('to %s port %s'), $change->settings['sip_server'], $change->settings['sip_server_port'])) ?></summary>
            <?php foreach ($change->differences as $keyword => [$old, $new]): ?><br><?= $h($keyword) ?>: <?= $h($new) ?><?php endforeach ?></details>
          <?php elseif ($change->kind === 'repairTrunk'): ?><?= $h(_('The trunk')) ?> <b><?= $h($change->name) ?></b>:
            <?php foreach ($change->differences as $keyword => [$old, $new]): ?><br><?= $h(sprintf(_('%s: “%s” becomes “%s”'), $keyword, $old, $new)) ?><?php endforeach ?>
          <?php elseif ($change->kind === 'addRoute'): ?><?= $h(sprintf(_('An inbound route for %s to %s'), $change->name, $change->destination)) ?>
          <?php else: ?><?= $h($change->note) ?>
          <?php endif ?>
        </li>
      <?php endforeach ?>
    </ul>
    <?php if ($doable): ?><p><?= $h(_('To do it, enter the SIP password (again) where one is needed.')) ?></p>
      <input type="hidden" name="mark" value="<?= $h($mark) ?>">
      <button class="btn btn-primary" name="action" value="apply"><?= $h(_('Do it')) ?></button><?php endif ?>
  <?php endif ?>
  <?php if ($canUndo): ?><input type="hidden" name="undoMark" value="<?= $h($undoMark) ?>"><button class="btn btn-danger" name="action" value="undo"><?= $h(_('Take the last change back')) ?></button><?php endif ?>
</form>
