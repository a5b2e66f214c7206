<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace FreePBX\modules;

use Throughline\FreePBX\CommandLine;
use Throughline\FreePBX\CurlTransport;
use Throughline\FreePBX\FreePbxCore;
use Throughline\FreePBX\Pages;
use Throughline\FreePBX\Store;

require_once __DIR__ . '/lib/autoload.php';

/** What FreePBX calls. All else is in lib/. */
class Throughline extends \FreePBX_Helpers implements \BMO
{
    /** @var object */
    private $freepbx;

    /** @param object|null $freepbx */
    public function __construct($freepbx = null)
    {
        if ($freepbx === null) {
            throw new \Exception('Not given a FreePBX object');
        }
        $this->freepbx = $freepbx;
    }

    public function install(): void
    {
    }

    /** The trunks stay: calls go over them. */
    public function uninstall(): void
    {
        foreach (['url', 'key', 'made'] as $name) {
            $this->setConfig($name, false);
        }
    }

    public function backup(): void
    {
    }

    /** @param mixed $backup */
    public function restore($backup): void
    {
    }

    /** @param string $page */
    public function doConfigPageInit($page): void
    {
    }

    public function showPage(): string
    {
        if (session_status() === PHP_SESSION_NONE) {
            session_start();
        }
        $sleep = static function (int $milliseconds): void {
            usleep($milliseconds * 1000);
        };
        $pages = new Pages($this->store(), new CurlTransport(), new FreePbxCore($this->freepbx->Core), $sleep);
        return $pages->show($_GET, $_SERVER['REQUEST_METHOD'] === 'POST' ? $_POST : [], $_SESSION);
    }

    /**
     * For fwconsole.
     *
     * @param list<string> $arguments
     * @return array{int, list<string>} exit code and lines
     */
    public function command(array $arguments): array
    {
        return (new CommandLine($this->store(), new CurlTransport()))->run($arguments);
    }

    private function store(): Store
    {
        return new class ($this) implements Store {
            public function __construct(private readonly Throughline $module)
            {
            }

            public function get(string $name): mixed
            {
                return $this->module->getConfig($name);
            }

            public function put(string $name, mixed $value): void
            {
                $this->module->setConfig($name, $value);
            }
        };
    }
}
