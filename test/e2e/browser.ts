import { existsSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Stand } from './stand.ts';

const CHROMIUM = '/usr/bin/chromium';

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** Debian's Chromium, which asks nobody for anything. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: apt-get install chromium`);
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page of somebody who has never been here. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  return await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
}

/** Where the portal of a stand is. */
export function portalOf({ settings: { http } }: Stand): string {
  return `http://${http.address}:${http.port}`;
}

/** Goes to an address without a login, logs in with an API key, and is where it wanted to be. */
export async function logInWithKey(page: Page, at: string, key: string, heading: string): Promise<void> {
  await page.goto(at);
  await page.getByRole('button', { name: 'Log in with an API key' }).click();
  await page.getByLabel('Operator key or API key').fill(key);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
}

/** As people go there by the address in the bar. */
export async function open(page: Page, at: string, heading: string): Promise<void> {
  await page.goto(at);
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
}

/** Goes by a link, within the page: what is seen afterwards came without a reload. */
export async function goByLink(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Halfway between the colours of light and dark there is no contrast. */
const TRANSITIONS_ENDED = `Promise.all(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => {})),
)`;

/** What axe finds on a page as it is now, dialogs included. */
export async function axe(page: Page): Promise<readonly string[]> {
  // Which of them begin is known once the styles have been worked out.
  await page.evaluate('new Promise(requestAnimationFrame)');
  await page.evaluate(TRANSITIONS_ENDED);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Text, because these files are not compiled for a browser. */
export async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) === true;
}
