<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<form method="post" action="?display=throughline&amp;view=setup" autocomplete="off">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <p><label for="tl-url"><?= $h(_('Service URL')) ?></label>
    <input class="form-control" id="tl-url" name="url" value="<?= $h($url) ?>" placeholder="https://trunk.example.com"></p>
  <p><label for="tl-key"><?= $h(_('API key of the account')) ?></label>
    <input class="form-control" id="tl-key" name="key" type="password" value="" autocomplete="new-password"
      placeholder="<?= $h($hasKey ? _('a key is stored; leave empty to keep it') : 'tl_key_…') ?>"></p>
  <p><?= $h(_('Have a key made with access “failover”: it changes the failover of your account, and nothing else.')) ?></p>
  <button class="btn btn-default" name="action" value="test"><?= $h(_('Test connection')) ?></button>
  <button class="btn btn-primary" name="action" value="save"><?= $h(_('Save')) ?></button>
</form>
