<?php

declare(strict_types=1);

// For PHP's built-in server: what FreePBX's config.php does for one module.

require __DIR__ . '/FreePBX.php';
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});
session_start();
// As config.php does where something is to be done: the page that sent it must be of this host.
if (($_REQUEST['action'] ?? '') !== '') {
    $from = parse_url((string) ($_SERVER['HTTP_REFERER'] ?? ''), PHP_URL_HOST);
    if ($from !== $_SERVER['SERVER_NAME']) {
        exit('bad referer');
    }
}
ob_start();
require STAND_IN_MODULE . '/page.throughline.php';
$page = ob_get_clean();
header('Content-Type: text/html; charset=utf-8');
echo '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>PBX</title></head><body>', $page, '</body></html>';
