import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { endWithUs } from '../../demo/children.ts';

const STAND_IN = join(import.meta.dirname, '../freepbx/stand-in');

interface Said {
  readonly code: number | null;
  readonly said: string;
}

/** FreePBX's part played by test/freepbx/stand-in: the module's pages at `url`, and its console. */
export class FreePbxStandIn {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #environment: Readonly<Record<string, string>>;
  #output = '';

  private constructor(folder: string, address: string, port: number, authorities?: string) {
    this.url = `http://${address}:${port}`;
    this.#environment = {
      PATH: process.env['PATH'] ?? '',
      STAND_IN_FILE: join(folder, 'pbx.json'),
      no_proxy: '*',
    };
    const settings = ['-d', `session.save_path=${folder}`, '-d', 'log_errors=1', '-d', 'display_errors=1'];
    if (authorities !== undefined) settings.push('-d', `curl.cainfo=${authorities}`);
    const args = [...settings, '-S', `${address}:${port}`, join(STAND_IN, 'router.php')];
    this.#child = spawn('php', args, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    endWithUs(this.#child);
    const keep = (data: Buffer): void => {
      this.#output += data.toString();
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
  }

  /**
   * `folder`: an existing one, for its state. `authorities`: a file of those whose certificates are trusted; absent:
   * the system's.
   */
  static async start(folder: string, address: string, authorities?: string): Promise<FreePbxStandIn> {
    const standIn = new FreePbxStandIn(folder, address, await freePort(address), authorities);
    for (let tries = 0; tries < 100; tries += 1) {
      const up = await fetch(`${standIn.url}/config.php`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (up) return standIn;
      await sleep(50);
    }
    throw new Error(`PHP's server did not come up:\n${standIn.#output}`);
  }

  /** All that PHP wrote to its log. */
  get output(): string {
    return this.#output;
  }

  /** What is stored in the PBX, as text. */
  get state(): string {
    return readFileSync(this.#environment['STAND_IN_FILE'] ?? '', 'utf8');
  }

  /** `fwconsole throughline …` */
  console(...args: readonly string[]): Said {
    const command = [join(STAND_IN, 'fwconsole.php'), ...args];
    const { status, stdout, stderr } = spawnSync('php', command, {
      env: this.#environment,
      encoding: 'utf8',
    });
    return { code: status, said: stdout + stderr };
  }

  /** The same, where what it asks is answered by this process. */
  async consoleAside(...args: readonly string[]): Promise<Said> {
    const command = [join(STAND_IN, 'fwconsole.php'), ...args];
    const child = spawn('php', command, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    endWithUs(child);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code: z.int().nullable().parse(code), said: stdout + stderr };
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

const SELF_SIGNED = `
$config = tempnam(sys_get_temp_dir(), 'tls');
$section = "[x]\\nsubjectAltName = " . $argv[1] . "\\nbasicConstraints = CA:true\\n";
file_put_contents($config, "[req]\\ndistinguished_name = dn\\n[dn]\\n" . $section);
$options = ['config' => $config, 'x509_extensions' => 'x', 'digest_alg' => 'sha256'];
$key = openssl_pkey_new(['private_key_bits' => 2048] + $options);
$request = openssl_csr_new(['commonName' => 'throughline'], $key, $options);
openssl_x509_export(openssl_csr_sign($request, null, $key, 1, $options), $cert);
openssl_pkey_export($key, $text, null, $options);
unlink($config);
echo json_encode(['key' => $text, 'cert' => $cert]);`;

/** A key with a certificate that it signed itself, for a subject such as `IP:127.0.0.1`. */
export function selfSigned(subject: string): { key: string; cert: string } {
  const { stdout } = spawnSync('php', ['-r', SELF_SIGNED, subject], { encoding: 'utf8' });
  return z.object({ key: z.string(), cert: z.string() }).parse(JSON.parse(stdout));
}

/** Presses a button of a form (the first of that name), and waits for the page that comes. */
export async function pressOn(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true }).first();
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });
}
