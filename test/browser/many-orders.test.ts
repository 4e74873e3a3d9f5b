import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../../lib/settings/schema.ts';
import { PATIENCE_MS } from '../builders/patience.ts';
import { eventually, type LocalSystem, startLocalSystem } from '../flow/local-system.ts';
import { getOverflow, seriousFaults } from './accessibility.ts';
import { launchChromium, openPage } from './chromium.ts';
import { FAULTY_ADDRESS } from './faulty-address.ts';
import { press } from './keyboard.ts';

const UNPAID = 100;
const FAULTY = 80;
/** Of a method that no service is named for. */
const UNMAPPED = 10;
const METHOD = 'Pigeon Post';
/** Unpaid, and held by a person as well. */
const HELD_BY_HAND = 10;
const AT_ONCE = 10;

let system: LocalSystem;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startLocalSystem(null, 600, withMethods), launchChromium()]);
  const { stage, connection, records } = system;
  await stage.stock('shipstation-reno', 'TRL-MUG-350', 1_000);
  const unpaid = await authoriseAll(UNPAID + HELD_BY_HAND, () =>
    stage.authorise('shipstation-reno', ['TRL-MUG-350']),
  );
  await authoriseAll(FAULTY, () =>
    stage.authorise(connection.id, ['TRL-MUG-350'], { shippingAddress: FAULTY_ADDRESS }),
  );
  await authoriseAll(UNMAPPED, () => stage.authorise(connection.id, ['TRL-MUG-350'], { carrier: METHOD }));
  for (const reference of unpaid.slice(UNPAID)) {
    await eventually(async () => (await records.order(reference))?.status === 'On Hold');
    await records.act(reference, 'hold');
  }
  // Axe is injected as a script, which the console's policy forbids.
  page = await openPage(browser, { viewport: { width: 360, height: 740 }, bypassCSP: true });
}, 2 * PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await system?.host.stop();
});

/** The first connection knows one method, and holds orders of others. */
function withMethods(settings: Settings): Settings {
  const [first, ...others] = settings.connections;
  if (first === undefined) throw new Error('The settings have no connection');
  const shippingMethods = { services: { 'UPS Ground': 'ups_ground' }, unmapped: 'hold' } as const;
  return { ...settings, connections: [{ ...first, shippingMethods }, ...others] };
}

async function authoriseAll(count: number, authorise: () => Promise<{ readonly reference: string }>) {
  const references: string[] = [];
  for (let made = 0; made < count; made += AT_ONCE) {
    const some = await Promise.all(Array.from({ length: AT_ONCE }, authorise));
    references.push(...some.map(({ reference }) => reference));
  }
  return references;
}

const open = (path: string) => page.goto(`${system.host.urls.console}${path}`);
const shows = async (text: string | RegExp) => await page.locator('main').getByText(text).first().waitFor();
const lists = (path: string, text: string) =>
  eventually(async () => {
    await open(path);
    return (await page.locator('#orders').textContent())?.includes(text);
  });

describe('200 orders that wait for four reasons', () => {
  it('are listed with how many wait for each reason, on pages that fit a telephone', async () => {
    await lists('/orders?status=On+Hold', '1–100 of 200');
    await shows(/Not paid 110/);
    expect(await page.locator('#orders').textContent()).toMatch(
      /Not paid 110[\s\S]*incomplete or doubtful 80[\s\S]*10/,
    );
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Next page' }).first().click();
    await shows('101–200 of 200');
  });

  it('are narrowed to one reason, previewed and released at once by keyboard', async () => {
    await open('/orders');
    await page.getByLabel('Waits because of').selectOption('PERSON');
    await page.getByLabel('Status').selectOption('On Hold');
    await press(page, page.getByRole('button', { name: 'Show' }));
    await shows('1–10 of 10');
    expect(page.url()).toContain('reason=PERSON');
    await page.getByLabel('What to do').selectOption('release');
    await page.getByRole('button', { name: 'Preview for all that match' }).click();
    await shows('Release: 10 orders?');
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await press(page, page.getByRole('button', { name: 'Release 10 orders' }));
    await shows('Done: 10 of 10 orders.');
    await lists('/orders?reason=PERSON', 'No order matches.');
  });

  it('leave the list where their method is mapped from the page of one of them', async () => {
    await lists('/orders?reason=SHIPPING_METHOD', '1–10 of 10');
    const first = page.locator('#orders tbody a').first();
    const reference = (await first.textContent()) ?? '';
    await first.click();
    await press(page, page.getByRole('link', { name: 'Map the method' }));
    await page.waitForURL(/mappings/);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(METHOD);
    await page.getByLabel('Is called on the other side').fill('ups_ground');
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await press(page, page.getByRole('button', { name: 'Map it' }));
    await page.getByRole('cell', { name: 'ups_ground' }).first().waitFor();
    await lists('/orders?reason=SHIPPING_METHOD', 'No order matches.');
    await eventually(async () => (await system.records.order(reference))?.submission.state === 'submitted');
    expect(await system.bench.ordersFor(reference)).toHaveLength(1);
  });

  it('are released as a group of a hundred, and leave the list', async () => {
    await open('/orders?reason=PAYMENT');
    await page.getByLabel('What to do').selectOption('release');
    await page.getByRole('button', { name: 'Preview for all that match' }).click();
    await page.getByRole('button', { name: 'Release 100 orders' }).click();
    await shows('Done: 100 of 100 orders.');
    await lists('/orders?reason=PAYMENT', 'No order matches.');
    await lists('/orders?connection=shipstation-reno&status=At+warehouse', 'of 110');
    await open('/audit');
    await shows('release of 100 orders (Not paid)');
  });

  it('are exported as a file that a spreadsheet reads', async () => {
    const answer = await page.request.get(`${system.host.urls.console}/orders.csv?reason=ADDRESS`);
    const rows: Array<Record<string, string>> = parse(await answer.text(), { columns: true });
    expect(rows).toHaveLength(FAULTY);
    expect(rows[0]).toMatchObject({ progress: 'On Hold', reasons: 'ADDRESS', goods: '1 × TRL-MUG-350' });
  });
});

describe('an order that its service refused', () => {
  it('shows the service’s words, refuses a wrong country, takes the right one, and is sent again', async () => {
    await system.spoil('shipStation', {
      kind: 'status',
      status: 400,
      code: 'invalid_address',
      message: 'The address cannot be delivered to.',
      match: { method: 'POST', path: '/v2/shipments' },
    });
    const { reference } = await system.stage.authorise(system.connection.id, ['TRL-MUG-350']);
    await lists('/orders?reason=FAILED', reference);
    await page.getByRole('link', { name: reference, exact: true }).click();
    await page.locator('#state').getByText('The address cannot be delivered to.').waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Country (two letters').fill('Atlantis');
    await page.getByRole('button', { name: 'Save' }).click();
    await shows(/Atlantis/);
    await open(`/orders/${reference}/edit`);
    await page.getByLabel('Country (two letters').fill('United States');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#state .badge').getByText('At warehouse', { exact: true }).waitFor();
    // Two calls to create it: the one that was refused, and the one that was not.
    const created = page.locator('#timeline .call summary', { hasText: 'create shipment' });
    await eventually(async () => (await created.count()) >= 2);
    await press(page, created.last());
    const bodies = page.locator('#timeline details[open] .body');
    await bodies.filter({ hasText: '"sku": "TRL-MUG-350"' }).waitFor();
    await bodies.filter({ hasText: 'cannot be delivered to' }).waitFor();
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  });
});
