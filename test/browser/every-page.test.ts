import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoSale } from '../../local/demo/demo-system.ts';
import { eventually, type LocalSystem, startLocalSystem } from '../flow/local-system.ts';
import { getOverflow, seriousFaults } from './accessibility.ts';
import { launchChromium, openPage } from './chromium.ts';
import { FAULTY_ADDRESS } from './faulty-address.ts';
import { parkMessage } from './park-message.ts';
import { makeStockDiffer } from './stock-that-differs.ts';

let system: LocalSystem;
let browser: Browser;
let held: DemoSale;
let shipped: DemoSale;

beforeAll(async () => {
  [system, browser] = await Promise.all([startLocalSystem(), launchChromium()]);
  const { stage, connection } = system;
  shipped = await stage.authorise(connection.id, ['TRL-MUG-350', 'TRL-LAMP-HD']);
  held = await stage.authorise(connection.id, ['TRL-MUG-350'], { shippingAddress: FAULTY_ADDRESS });
  await stage.ship(shipped);
  // The page of an order shows what a function logged, which it does after it has written the order.
  await eventually(async () => system.events.some(({ message }) => message === 'shipment.confirmed'));
  await eventually(async () => (await system.records.order(held.reference))?.status === 'On Hold');
  await makeStockDiffer(system.host, stage, connection.id);
  await parkMessage(system.host, 'jobs', { job: 'probe', connection: '' });
});

afterAll(async () => {
  await browser?.close();
  await system?.host.stop();
});

const PAGES: ReadonlyArray<readonly [name: string, path: () => string, holds: string]> = [
  ['the board', () => '/', 'On Hold'],
  ['a list of orders', () => '/orders?waiting=hold', 'The delivery address lacks'],
  ['a held order', () => `/orders/${held.reference}`, 'DEAR shows'],
  ['an order that has left', () => `/orders/${shipped.reference}`, 'shipment.confirmed'],
  ['the form of an order', () => `/orders/${held.reference}/edit`, 'Postcode'],
  ['a confirmation', () => `/orders/${held.reference}/cancel`, 'is never sent'],
  ['a refusal', () => `/orders/${held.reference}/retry`, 'cannot be done'],
  ['a sale', () => `/sales/${shipped.id}`, 'Read it again'],
  ['a search for nothing', () => '/search?q=SO-99999', 'was not found'],
  ['stock', () => '/stock', 'TRL-MUG-350'],
  ['queues', () => '/queues', '1 parked'],
  ['parked messages', () => '/queues/jobs', 'probe'],
  ['jobs', () => '/jobs', 'collect-shipments'],
  ['mappings', () => '/mappings?connection=shipstation', 'Map a name'],
  ['ignored sales', () => '/ignored', 'Ignored sales'],
  ['webhooks', () => '/webhooks', 'Sale/Voided'],
  ['the audit', () => '/audit', 'What operators did'],
];

const WINDOWS: ReadonlyArray<readonly [name: string, options: BrowserContextOptions]> = [
  ['wide and light', { viewport: { width: 1100, height: 800 }, colorScheme: 'light' }],
  ['360 px wide and dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
];

describe.each(WINDOWS)('%s', (_, options) => {
  let page: Page;

  beforeAll(async () => {
    // Axe is injected as a script, which the console's policy forbids.
    page = await openPage(browser, { ...options, bypassCSP: true });
  });

  it.each(PAGES)('%s fits the window and has no serious accessibility fault', async (_name, path, holds) => {
    await page.goto(`${system.host.urls.console}${path()}`);
    expect(await page.locator('main').textContent()).toContain(holds);
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  });
});

it('loads nothing from another host, and violates no policy of its own', async () => {
  const page = await openPage(browser);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('request', (request) => said.push(request.url()));
  for (const [, path] of PAGES) await page.goto(`${system.host.urls.console}${path()}`);
  const foreign = said.filter((text) => !text.startsWith(system.host.urls.console));
  // A page for something not found or refused has that status.
  expect(foreign.filter((text) => !/^Failed to load resource: .* status of 40[49]/.test(text))).toEqual([]);
});
