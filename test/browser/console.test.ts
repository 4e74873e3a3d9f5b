import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmed, eventually, type LocalSystem, startLocalSystem } from '../flow/local-system.ts';
import { launchChromium, openPage } from './chromium.ts';
import { FAULTY_ADDRESS } from './faulty-address.ts';
import { press, type } from './keyboard.ts';
import { parkMessage } from './park-message.ts';

let system: LocalSystem;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startLocalSystem(), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await system?.host.stop();
});

const authorise = (fields: object = {}) =>
  system.stage.authorise(system.connection.id, ['TRL-MUG-350'], fields);

async function heldSale() {
  const sale = await authorise({ shippingAddress: FAULTY_ADDRESS });
  await eventually(async () => (await system.records.order(sale.reference))?.status === 'On Hold');
  return sale;
}

async function openConsole(path = '/'): Promise<Page> {
  const page = await openPage(browser);
  await page.goto(`${system.host.urls.console}${path}`);
  return page;
}

const badge = (page: Page) => page.locator('#state .badge');

/** Marks the page, to tell a reload from a refresh of its parts. */
const mark = (page: Page) => page.evaluate("document.body.dataset.marked = ''");
const isMarked = async (page: Page) => (await page.locator('body[data-marked]').count()) === 1;

/** Waits for the badge to say so. */
const becomes = (page: Page, status: string) => badge(page).getByText(status, { exact: true }).waitFor();

describe('a held order', () => {
  it('is found, corrected, released, and refreshed until it has shipped', async () => {
    const sale = await heldSale();
    const page = await openConsole();
    await page.getByRole('searchbox').fill(sale.number.toLowerCase());
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: sale.reference }).click();
    await expectText(page, '#state .why', 'street, city, postcode');
    await expectText(page, '#address', '5 Pebble Court, Tulsa OK 74103');

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Street', { exact: true }).fill('5 Pebble Court');
    await page.getByLabel('City').fill('Tulsa');
    await page.getByLabel('State').fill('OK');
    await page.getByLabel('Postcode').fill('74103');
    await page.getByLabel('Country (two letters').fill('US');
    await page.getByRole('button', { name: 'Save' }).click();
    await expectText(page, '#state .why', 'not released since');

    await page.getByRole('link', { name: 'Release' }).click();
    await expectText(page, '.notice', '5 Pebble Court');
    await page.getByRole('button', { name: 'Release' }).click();
    await page.waitForURL(`**/orders/${sale.reference}`);
    await mark(page);
    await becomes(page, 'At warehouse');
    const tracking = await system.stage.ship(sale);
    await page.locator('#packages').getByRole('link', { name: tracking }).waitFor();
    await confirmed(system, sale.reference);
    await page.locator('#timeline').getByText('as picked, packed and shipped').first().waitFor();
    expect(await isMarked(page)).toBe(true);
    await page.getByRole('searchbox').fill(tracking);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.waitForURL(`**/orders/${sale.reference}`);
    await page.close();
  });

  it('is corrected and released by keyboard alone', async () => {
    const sale = await heldSale();
    const page = await openConsole();
    await press(page, page.getByRole('link', { name: /On Hold/ }));
    await page.waitForURL('**/orders?waiting=hold');
    await press(page, page.getByRole('link', { name: sale.reference }));
    await page.waitForURL(`**/orders/${sale.reference}`);
    await expectText(page, '#state .why', 'street, city, postcode');
    await press(page, page.getByRole('link', { name: 'Edit' }));
    await page.waitForURL('**/edit');
    await type(page, page.getByLabel('Street', { exact: true }), '5 Pebble Court');
    await type(page, page.getByLabel('City'), 'Tulsa');
    await type(page, page.getByLabel('Postcode'), '74103');
    await press(page, page.getByRole('button', { name: 'Save' }));
    await page.waitForURL(`**/orders/${sale.reference}`);
    await press(page, page.getByRole('link', { name: 'Release' }));
    await page.waitForURL('**/ship');
    await press(page, page.getByRole('button', { name: 'Release' }));
    await page.waitForURL(`**/orders/${sale.reference}`);
    await becomes(page, 'At warehouse');
    const tracking = await system.stage.ship(sale);
    await page.locator('#packages').getByRole('link', { name: tracking }).waitFor();
    await page.close();
  });
});

describe('a failed order', () => {
  it('shows the provider’s message, and is sent again', async () => {
    await system.spoil('shipStation', {
      kind: 'status',
      status: 400,
      code: 'invalid_address',
      message: 'The warehouse is closed for a stock count.',
      match: { method: 'POST', path: '/v2/shipments' },
    });
    const { reference } = await authorise();
    await eventually(async () => (await system.records.order(reference))?.status === 'Failed');
    const page = await openConsole('/orders?waiting=failed');
    await page.getByRole('link', { name: reference }).click();
    await becomes(page, 'Failed');
    await expectText(page, '#timeline', 'closed for a stock count');
    await page.getByRole('link', { name: 'Try again' }).click();
    await expectText(page, '.notice', 'sends it again only if not');
    await page.getByRole('button', { name: 'Try again' }).click();
    await becomes(page, 'At warehouse');
    expect(await system.bench.ordersFor(reference)).toHaveLength(1);
    await page.close();
  });
});

describe('a parked message', () => {
  it('is redriven, and its worker completes it', async () => {
    const { reference } = await authorise();
    await eventually(async () => (await system.records.order(reference))?.status === 'Shipped');
    await parkMessage(system.host, 'fulfillment', { reference });
    const page = await openConsole('/queues');
    await page.getByRole('link', { name: '1 parked' }).click();
    await page.getByLabel(reference).waitFor();
    await page.getByRole('button', { name: 'Put back' }).click();
    await page.waitForURL('**/queues');
    await page.getByRole('row', { name: /^fulfillment 0 0 0$/ }).waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('row', { name: /redrove/ }).waitFor();
    await page.close();
  });
});

async function expectText(page: Page, place: string, text: string): Promise<void> {
  await page.locator(place).getByText(text).first().waitFor();
}
