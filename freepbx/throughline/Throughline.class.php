<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace FreePBX\modules;

use Throughline\FreePBX\CommandLine;
use Throughline\FreePBX\CurlTransport;
use Throughline\FreePBX\Failure;
use Throughline\FreePBX\FreePbxCore;
use Throughline\FreePBX\Pages;
use Throughline\FreePBX\Store;
use Throughline\FreePBX\Text;

require_once __DIR__ . '/lib/autoload.php';

/** What FreePBX calls. All else is in lib/. */
class Throughline extends \FreePBX_Helpers implements \BMO
{
    private readonly object $freepbx;

    /** @param object|null $freepbx FreePBX's own object */
    public function __construct($freepbx = null)
    {
        if ($freepbx === null) {
            throw new \Exception('Not given a FreePBX object');
        }
        parent::__construct($freepbx);
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

    /** @param string $page */
    public function doConfigPageInit($page): void
    {
    }

    public function showPage(): string
    {
        if (session_status() === PHP_SESSION_NONE) {
            session_start();
        }
        $post = $_SERVER['REQUEST_METHOD'] === 'POST' ? $_POST : [];
        // FreePBX shows the fields of the request when something fails.
        unset($_POST['key'], $_POST['sipSecret'], $_REQUEST['key'], $_REQUEST['sipSecret']);
        $sleep = static function (int $milliseconds): void {
            usleep($milliseconds * 1000);
        };
        try {
            $pages = new Pages($this->store(), new CurlTransport(), new FreePbxCore($this->freepbx), $sleep);
            return $pages->show($_GET, $post, $_SESSION);
        } catch (\Throwable $failed) {
            return '<div class="alert alert-danger" role="alert">' . Text::html(Failure::told($failed)) . '</div>';
        }
    }

    /**
     * For fwconsole.
     *
     * @param list<string> $arguments
     * @return array{int, list<string>} exit code and lines
     */
    public function command(array $arguments): array
    {
        $texts = class_exists('modgettext');
        if ($texts) {
            \modgettext::push_textdomain('throughline');
        }
        try {
            [$code, $lines] = (new CommandLine($this->store(), new CurlTransport()))->run($arguments);
            return [$code, array_map(Text::line(...), $lines)];
        } catch (\Throwable $failed) {
            return [1, [Failure::told($failed)]];
        } finally {
            if ($texts) {
                \modgettext::pop_textdomain();
            }
        }
    }

    /**
     * For FreePBX's back-up. The key is not in it: who has a back-up has not the account.
     *
     * @return array{url: mixed, made: mixed}
     */
    public function settingsToKeep(): array
    {
        return ['url' => $this->getConfig('url'), 'made' => $this->getConfig('made')];
    }

    /**
     * What settingsToKeep gave, perhaps on another PBX. A key that is stored for another place is forgotten.
     *
     * @param array<mixed> $kept
     */
    public function takeBack(array $kept): void
    {
        $url = Text::of($kept['url'] ?? null);
        if ($url === '' || $url !== Text::of($this->getConfig('url'))) {
            $this->setConfig('key', false);
        }
        $this->setConfig('url', $url === '' ? false : $url);
        $made = $kept['made'] ?? null;
        $this->setConfig('made', is_array($made) ? $made : false);
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

            public function put(string $name, #[\SensitiveParameter] mixed $value): void
            {
                $this->module->setConfig($name, $value);
            }
        };
    }
}
