import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../demo/agents/digest.ts';
import type { Address } from '../../demo/agents/sip-socket.ts';
import { endWithUs } from '../../demo/children.ts';
import { hostPort } from './stand.ts';

export interface BaresipOptions {
  readonly at: Address;
  readonly registrar: Address;
  readonly credentials: Credentials;
  /** It answers calls to this user. */
  readonly answersAs: string;
}

/** A baresip that registers and answers calls with a tone, without any sound device. */
export class Baresip {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'throughline-baresip-'));
  readonly #ended: Promise<void>;
  #output = '';

  constructor({ answersAs, at, credentials, registrar }: BaresipOptions) {
    this.#write('config', [
      `sip_listen ${hostPort(at)}`,
      'audio_source ausine,440',
      'audio_player aubridge,loop',
      // ausine knows only 48 kHz in stereo.
      'ausrc_srate 48000',
      'ausrc_channels 2',
      'auplay_srate 48000',
      'auplay_channels 2',
      `module_path ${modulePath()}`,
      'module g711.so',
      'module ausine.so',
      'module aubridge.so',
      // Without stdio: it would end with its standard input.
      'module_app account.so',
      'module_app menu.so',
    ]);
    const { password, username } = credentials;
    // It takes calls only for the user of an account, and our calls come for the DID: hence the second one.
    this.#write('accounts', [
      `<sip:${username}@${hostPort(registrar)}>;auth_user=${username};auth_pass=${password};regint=600`,
      `<sip:${answersAs}@${hostPort(registrar)}>;regint=0;answermode=auto`,
    ]);
    this.#write('contacts', []);
    const child = spawn('baresip', ['-f', this.#folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    endWithUs(child);
    const keep = (data: Buffer): void => {
      this.#output = (this.#output + data.toString()).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => {
        resolve();
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, lines: readonly string[]): void {
    writeFileSync(join(this.#folder, name), `${lines.join('\n')}\n`);
  }
}

/** Debian has them at /usr/lib/baresip/modules, others below the name of the architecture. */
function modulePath(): string {
  const below = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'baresip', 'modules'));
  const found = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules', ...below].find((path) =>
    existsSync(join(path, 'ausine.so')),
  );
  if (found === undefined) throw new Error('baresip has no module ausine.so');
  return found;
}
