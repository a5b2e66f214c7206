<?php

declare(strict_types=1);

require dirname(__DIR__, 2) . '/freepbx/throughline/lib/autoload.php';
require __DIR__ . '/ScriptedTransport.php';
require __DIR__ . '/PbxInMemory.php';
require __DIR__ . '/Traces.php';
require __DIR__ . '/NameCheck.php';
require __DIR__ . '/stand-in/FreePBX.php';
require dirname(__DIR__, 2) . '/freepbx/throughline/Backup.php';
require dirname(__DIR__, 2) . '/freepbx/throughline/Restore.php';
require dirname(__DIR__, 2) . '/freepbx/throughline/Throughline.class.php';
require dirname(__DIR__, 2) . '/freepbx/throughline/Console/Throughline.class.php';
