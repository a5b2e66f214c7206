<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<form method="get"><input type="hidden" name="display" value="throughline"><input type="hidden" name="view" value="dids">
  <label for="tl-search"><?= $h(_('Search')) ?></label> <input id="tl-search" name="search" value="<?= $h($search) ?>"> <button class="btn btn-default"><?= $h(_('Search')) ?></button>
</form>
<form method="post" action="?display=throughline&amp;view=dids&amp;page=<?= $h($page) ?>&amp;search=<?= $h(rawurlencode($search)) ?>">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <p><button class="btn btn-primary" name="action" value="update"><?= $h(_('Update DID Configuration')) ?></button></p>
  <p><label for="tl-fill"><?= $h(_('Number for the ticked DIDs (empty: global)')) ?></label> <input id="tl-fill" name="fill" value="<?= $h($fill) ?>">
    <button class="btn btn-default" name="action" value="fill"><?= $h(_('Fill in ticked')) ?></button>
    <button class="btn btn-default" name="action" value="tick"><?= $h(_('Tick all of this page')) ?></button></p>
  <table class="table">
    <thead><tr><th></th><th><?= $h(_('DID')) ?></th><th><?= $h(_('Failover number (empty: global)')) ?></th><th></th></tr></thead>
    <?php foreach ($rows as $row): $at = $h(ltrim($row->did, '+')) ?>
      <tr<?= $row->changed() ? ' class="warning"' : '' ?>>
        <td><input type="checkbox" name="rows[<?= $at ?>][ticked]" aria-label="<?= $h(sprintf(_('tick %s'), $row->did)) ?>"<?= $row->ticked ? ' checked' : '' ?>></td>
        <td><label for="tl-<?= $at ?>"><?= $h($row->did) ?></label><input type="hidden" name="rows[<?= $at ?>][was]" value="<?= $h($row->was) ?>"></td>
        <td><input class="form-control" id="tl-<?= $at ?>" name="rows[<?= $at ?>][number]" inputmode="tel" value="<?= $h($row->wanted) ?>" placeholder="<?= $h(_('global')) ?>"></td>
        <td><?php if (isset($backups[$row->did])): ?><span class="text-muted"><?= $h(sprintf(_('own FQDN/IP: %s'), $backups[$row->did])) ?></span> <?php endif ?>
          <?php if ($row->problem !== null): ?><span class="text-danger" role="alert"><?= $h($row->problem) ?></span><?php endif ?></td>
      </tr>
    <?php endforeach ?>
  </table>
  <?php if ($rows === [] && $search === '' && $known): ?><p><?= $h(_('This account has no DIDs.')) ?></p><?php endif ?>
  <?php if ($rows === [] && $search !== '' && $known): ?><p><?= $h(_('No DID and no failover number has these digits.')) ?></p><?php endif ?>
  <input type="hidden" name="whole" value="1">
  <button class="btn btn-primary" name="action" value="update"><?= $h(_('Update DID Configuration')) ?></button>
</form>
<?php if ($pages > 1): ?><p><?= $h(_('What is not updated is lost on the way to another page. Page:')) ?>
  <?php for ($one = 0; $one < $pages; $one += 1): ?>
    <a href="?display=throughline&amp;view=dids&amp;page=<?= $one ?>&amp;search=<?= $h(rawurlencode($search)) ?>"><?= $one === $page ? '<b>' . ($one + 1) . '</b>' : $one + 1 ?></a>
  <?php endfor ?></p><?php endif ?>
<?= \Throughline\FreePBX\View::fill('active', ['active' => $active]) ?>
