import { mkdir } from 'node:fs/promises';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { loadSettings } from '../../lib/settings/load.ts';
import { type DemoSale, DemoSystem } from '../../local/demo/demo-system.ts';
import { SCENARIOS } from '../../local/demo/scenarios/index.ts';
import { type Host, startHost } from '../../local/host.ts';
import { loadProviderSandbox } from '../../local/sandboxes.ts';
import { PATIENCE_MS } from '../builders/patience.ts';
import { launchChromium, openPage } from './chromium.ts';
import { FAULTY_ADDRESS } from './faulty-address.ts';
import { makeStockDiffer } from './stock-that-differs.ts';

/** `npm run screenshots`: plays the demo, then takes the README's pictures of the console. */

const FOLDER = 'docs/images';
const WIDE: BrowserContextOptions = { viewport: { width: 1100, height: 960 }, colorScheme: 'light' };
const NARROW: BrowserContextOptions = { viewport: { width: 360, height: 760 }, colorScheme: 'dark' };

const settings = await loadSettings();
const host = await startHost({
  settings,
  stateDirectory: null,
  callsPerMinute: 6_000,
  onLine: (line) => console.error(line),
});
try {
  await mkdir(FOLDER, { recursive: true });
  const { connections } = settings;
  const stage = new DemoSystem({
    host,
    connections,
    sandbox: await loadProviderSandbox('shipstation-v2'),
    timeoutMs: PATIENCE_MS / 2,
    say: (line) => console.error(line),
  });
  for (const scenario of SCENARIOS) await scenario.play(stage);
  const held = await leaveSomeWaiting(stage);
  await takeAll(host, held);
} finally {
  await host.stop();
}

/** The demo leaves no order waiting. @returns an order whose address has to be corrected */
async function leaveSomeWaiting(stage: DemoSystem): Promise<DemoSale> {
  await stage.authorise('shipstation-reno', ['TRL-MUG-350']);
  await stage.authorise('shipstation', ['TRL-LAMP-HD', 'TRL-MUG-350']);
  const held = await stage.authorise('shipstation', ['TRL-STOVE-1B', 'TRL-MUG-350'], {
    shippingAddress: FAULTY_ADDRESS,
  });
  await stage.order(held.reference, 'is held', ({ status }) => status === 'On Hold');
  await makeStockDiffer(host, stage, 'shipstation');
  await stage.waitUntilIdle();
  return held;
}

async function takeAll(served: Host, held: DemoSale): Promise<void> {
  const browser = await launchChromium();
  const take = (name: string, path: string, context: BrowserContextOptions) =>
    takeOne(browser, `${served.urls.console}${path}`, `${FOLDER}/${name}.png`, context);
  try {
    await take('console-board', '/', WIDE);
    await take('console-order', '/orders/SO-00002-1', WIDE);
    await take('console-stock', '/stock', WIDE);
    await take('console-jobs', '/jobs', WIDE);
    await take('console-narrow', `/orders/${held.reference}`, NARROW);
  } finally {
    await browser.close();
  }
}

async function takeOne(
  browser: Browser,
  url: string,
  path: string,
  context: BrowserContextOptions,
): Promise<void> {
  const page = await openPage(browser, context);
  await page.goto(url);
  await page.screenshot({ path });
  await page.close();
}
