import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type LocalSystem, startLocalSystem } from '../flow/local-system.ts';
import { getOverflow, seriousFaults } from './accessibility.ts';
import { launchChromium } from './chromium.ts';
import { FAULTY_ADDRESS } from './faulty-address.ts';
import { press } from './keyboard.ts';

const UNPAID = 100;
const FAULTY = 90;
/** Unpaid, and held by a person as well. */
const HELD_BY_HAND = 10;
const AT_ONCE = 10;

let system: LocalSystem;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startLocalSystem(), launchChromium()]);
  const { stage, connection, records } = system;
  await stage.stock('shipstation-reno', 'TRL-MUG-350', 1_000);
  const unpaid = await authoriseAll(UNPAID + HELD_BY_HAND, () =>
    stage.authorise('shipstation-reno', ['TRL-MUG-350']),
  );
  await authoriseAll(FAULTY, () =>
    stage.authorise(connection.id, ['TRL-MUG-350'], { shippingAddress: FAULTY_ADDRESS }),
  );
  for (const reference of unpaid.slice(UNPAID)) {
    await eventually(async () => (await records.order(reference))?.status === 'On Hold');
    await records.act(reference, 'hold');
  }
  // Axe is injected as a script, which the console's policy forbids.
  page = await browser.newPage({ viewport: { width: 360, height: 740 }, bypassCSP: true });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await system?.host.stop();
});

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

describe('200 orders that wait for three reasons', () => {
  it('are listed with how many wait for each reason, on pages that fit a telephone', async () => {
    await lists('/orders?status=On+Hold', '1–100 of 200');
    await shows(/Not paid 110/);
    expect(await page.locator('#orders').textContent()).toMatch(
      /Not paid 110[\s\S]*incomplete or doubtful 90[\s\S]*Held by a person 10/,
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
    expect(rows[0]).toMatchObject({ status: 'On Hold', reasons: 'ADDRESS', goods: '1 × TRL-MUG-350' });
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
    await eventually(async () => (await page.locator('#timeline .call').count()) >= 2);
    expect(await getOverflow(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  });
});
