<?php // SPDX-License-Identifier: GPL-3.0-or-later ?>
<form method="post" action="?display=throughline&amp;view=setup" autocomplete="off">
  <input type="hidden" name="token" value="<?= $h($token) ?>">
  <p><label for="tl-url">Service URL</label>
    <input class="form-control" id="tl-url" name="url" value="<?= $h($url) ?>" placeholder="https://trunk.example.com"></p>
  <p><label for="tl-key">API key of the account</label>
    <input class="form-control" id="tl-key" name="key" type="password" value="" autocomplete="new-password"
      placeholder="<?= $hasKey ? 'a key is stored; leave empty to keep it' : 'tl_key_…' ?>"></p>
  <p>Have a key made with access “failover”: it changes the failover of your account, and nothing else.</p>
  <button class="btn btn-default" name="action" value="test">Test connection</button>
  <button class="btn btn-primary" name="action" value="save">Save</button>
</form>
