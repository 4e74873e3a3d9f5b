import type { DearState } from 'dear-sandbox/dear';
import { memoryStorage } from 'dear-sandbox/kit';
import { describe, expect, it } from 'vitest';
import { findStockTakes, openStockTake, readStockTake, saveStockTake } from '../../../lib/dear/stock-take.ts';
import { AmbiguousWrite } from '../../../lib/domain/errors.ts';
import { refused } from './billing.ts';
import { AUSTIN, levels, type Play, play } from './play.ts';
import { count, documentAt, getClient, newStock, shelves } from './stock.ts';

const HEADER = { EffectiveDate: '2026-01-05', Account: '540', Location: AUSTIN, Reference: 'count 1' };

async function opened(dear: Play, location = AUSTIN) {
  const client = getClient(dear);
  return { client, take: await openStockTake(client, await documentAt(client, location)) };
}

/** Opens one by hand of the API and completes it with these lines. */
async function put(dear: Play, more: object) {
  const { TaskID } = (await dear.api('POST', 'stocktake', HEADER)).json;
  return dear.api('PUT', 'stocktake', { ...HEADER, TaskID, Status: 'COMPLETED', ...more });
}

describe('opening a stock take', () => {
  it('lists the stock of the location with counts of 0 and changes no stock', async () => {
    const dear = await play();
    const before = await shelves(dear);
    await dear.sell({ lines: [{ sku: 'TRL-MUG-350', quantity: 3 }] });
    const { take } = await opened(dear);
    expect(take).toMatchObject({ number: 'ST-00001', status: 'IN PROGRESS', location: AUSTIN, zero: [] });
    expect(
      take.nonZero.map(({ sku, batch, onHand, available, adjustment }) => [
        sku,
        batch,
        onHand,
        available,
        adjustment,
      ]),
    ).toEqual([
      ['TRL-MUG-350', '', 300, 297, 0],
      ['TRL-KNIFE-S', '', 140, 140, 0],
      ['TRL-TENT-2P', '', 40, 40, 0],
      ['TRL-STOVE-1B', '', 75, 75, 0],
      ['TRL-BAR-OAT', 'OB-2610', 500, 500, 0],
      ['TRL-BAR-OAT', 'OB-2604', 200, 200, 0],
      ['TRL-LAMP-HD', '', 5, 5, 0],
    ]);
    expect(take.nonZero[4]).toMatchObject({ expiry: '2027-04-30', costingMethod: 'FEFO - Batch' });
    expect(await shelves(dear)).toEqual(before);
  });

  it('has a row for each bin of the location', async () => {
    const dear = await play();
    const { client, take } = await opened(dear, 'Workshop');
    expect(take.nonZero.map(({ location, sku, onHand }) => [location, sku, onHand])).toEqual([
      ['Workshop: W-01-A', 'TRL-MUG-350', 15],
      ['Workshop: W-01-B', 'TRL-STOVE-1B', 6],
    ]);
    const counts = [count(take, 'TRL-MUG-350', 11)];
    await saveStockTake(client, take, { status: 'COMPLETED', nonZero: counts, zero: [] });
    expect(await shelves(dear)).toMatchObject({
      'TRL-MUG-350 / Workshop / W-01-A': 11,
      'TRL-STOVE-1B / Workshop / W-01-B': 6,
    });
  });

  it.each<[string, object, string]>([
    ['an account that is none', { Account: '999' }, "Account '999' was not found"],
    ['no account', { Account: undefined }, "'Account' is not valid"],
    ['no date', { EffectiveDate: undefined }, "'EffectiveDate' is not valid"],
    ['a location that is none', { Location: 'Nowhere' }, "Location 'Nowhere' was not found"],
    ['no location', { Location: undefined }, 'Location or LocationID is required'],
    ['a bin', { Location: 'Workshop: W-01-A' }, 'is a warehouse and not a bin'],
  ])('is refused with %s', async (_, more, upstreamMessage) => {
    const dear = await play();
    expect(refused(await dear.api('POST', 'stocktake', { ...HEADER, ...more }))).toContain(upstreamMessage);
    expect((await dear.api('GET', 'stockTakeList')).json.Total).toBe(0);
  });

  it.each([{ Tags: ['camp'] }, { Bins: [{ ID: '', Name: 'W-01-A' }] }, { UseRelativeQuantity: 1 }])(
    'answers 501 for the filter %o',
    async (filter) => {
      const dear = await play();
      expect((await dear.api('POST', 'stocktake', { ...HEADER, ...filter })).status).toBe(501);
    },
  );

  it('finds a stock take by its reference where the answer was lost', async () => {
    const dear = await play();
    await dear.screen('POST', 'faults', {
      kind: 'timeout-after',
      match: { method: 'POST', path: 'stocktake' },
    });
    const client = getClient(dear);
    const wanted = await documentAt(client);
    await expect(openStockTake(client, wanted)).rejects.toBeInstanceOf(AmbiguousWrite);
    const found = await findStockTakes(client, 'count 1');
    expect(found).toMatchObject([{ number: 'ST-00001', status: 'IN PROGRESS' }]);
    expect(await readStockTake(client, found[0]!.taskId)).toMatchObject(wanted);
  });
});

describe('completing a stock take', () => {
  it('sets the stock on hand to the counts, whatever moved meanwhile, and adds new stock', async () => {
    const dear = await play();
    await dear.screen('POST', 'products', { sku: 'TRL-ROPE' });
    const { client, take } = await opened(dear);
    await dear.screen('PATCH', 'stock', { sku: 'TRL-MUG-350', location: AUSTIN, onHand: 250 });
    const before = await shelves(dear);
    const done = await saveStockTake(client, take, {
      status: 'COMPLETED',
      nonZero: [count(take, 'TRL-MUG-350', 290), count(take, 'TRL-BAR-OAT', 0, 'OB-2604')],
      zero: [newStock('TRL-ROPE', 12)],
    });
    expect(done.status).toBe('COMPLETED');
    expect(await shelves(dear)).toEqual({
      ...before,
      [`TRL-MUG-350 / ${AUSTIN}`]: 290,
      [`TRL-BAR-OAT / ${AUSTIN} / OB-2604`]: 0,
      [`TRL-ROPE / ${AUSTIN}`]: 12,
    });
    const { json } = await dear.api('GET', `stocktake?TaskID=${take.taskId.toUpperCase()}`);
    // 40 mugs and 12 ropes at 4.20 more, 200 bars at 0.95 less.
    expect(json.Transactions).toMatchObject([{ Credit: '540: Stock Differences', Amount: 28.4 }]);
  });

  it('sets an uncounted row to 0', async () => {
    const dear = await play();
    const mug = { SKU: 'TRL-MUG-350', Location: AUSTIN, Adjustment: 299 };
    const before = await shelves(dear);
    expect((await put(dear, { NonZeroStockOnHandProducts: [mug] })).json.Status).toBe('COMPLETED');
    const after = await shelves(dear);
    expect(after[`TRL-MUG-350 / ${AUSTIN}`]).toBe(299);
    const austin = Object.keys(before).filter((row) => row.includes(AUSTIN) && !row.startsWith('TRL-MUG'));
    expect(austin.map((row) => after[row])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(after['TRL-MUG-350 / ShipStation Reno']).toBe(300);
  });

  it('ignores a line that matches no row', async () => {
    const dear = await play();
    const strays = [
      { SKU: 'TRL-MUG-350', Location: 'ShipStation Reno', Adjustment: 7 },
      { SKU: 'TRL-BAR-OAT', Location: AUSTIN, BatchSN: 'OB-2610', ExpiryDate: '2027-05-01', Adjustment: 7 },
    ];
    expect((await put(dear, { NonZeroStockOnHandProducts: strays })).status).toBe(200);
    expect(Object.values(await shelves(dear))).not.toContain(7);
  });

  it('allocates stock that becomes free to backordered sales', async () => {
    const dear = await play();
    await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 8 }] });
    expect(await levels(dear, 'TRL-LAMP-HD')).toEqual([5, 5, 0]);
    const { client, take } = await opened(dear);
    await saveStockTake(client, take, {
      status: 'COMPLETED',
      nonZero: [count(take, 'TRL-LAMP-HD', 20)],
      zero: [],
    });
    expect(await levels(dear, 'TRL-LAMP-HD')).toEqual([20, 8, 12]);
  });

  it.each<[string, object, string]>([
    ['without a quantity', { Quantity: undefined }, 'Quantity'],
    ['without a cost', { UnitCost: undefined }, 'UnitCost'],
    ['of no known product', { SKU: 'NOPE' }, "Product 'NOPE' was not found"],
    ['of a service', { SKU: 'SVC-ENGRAVE' }, 'is of type Service'],
    ['of a product with batches, without one', { SKU: 'TRL-BAR-OAT' }, 'BatchSN is required'],
    ['at another location', { Location: 'ShipStation Reno' }, "not about location 'ShipStation Reno'"],
  ])('refuses new stock %s, and changes nothing', async (_, more, upstreamMessage) => {
    const dear = await play();
    const before = await shelves(dear);
    const line = { SKU: 'TRL-MUG-350', Location: AUSTIN, Quantity: 3, UnitCost: 4, ...more };
    expect(refused(await put(dear, { ZeroStockOnHandProducts: [line] }))).toContain(upstreamMessage);
    expect(await shelves(dear)).toEqual(before);
  });

  it.each<[string, object, string]>([
    ['DRAFT', { Status: 'DRAFT' }, "'Status' is not valid"],
    ['VOIDED', { Status: 'VOIDED' }, "'Status' is not valid"],
    ['another location', { Location: 'ShipStation Reno' }, 'cannot be changed'],
    ['an account that is none', { Account: '1' }, "Account '1' was not found"],
    [
      'less than nothing',
      { NonZeroStockOnHandProducts: [{ SKU: 'TRL-MUG-350', Location: AUSTIN, Adjustment: -1 }] },
      'Adjustment',
    ],
    ['the id of none', { TaskID: '0a1b2c3d-0000-4000-8000-000000000000' }, 'was not found'],
  ])('is refused with %s', async (_, more, upstreamMessage) => {
    expect(refused(await put(await play(), more))).toContain(upstreamMessage);
  });
});

describe('a person at the screen', () => {
  it('completes an open stock take, which cannot be changed afterwards', async () => {
    const dear = await play();
    const { client, take } = await opened(dear);
    const counts = {
      nonZero: [count(take, 'TRL-MUG-350', 280)],
      zero: [newStock('TRL-BAR-OAT', 9, { batch: 'OB-2701' })],
    };
    await saveStockTake(client, take, { status: 'IN PROGRESS', ...counts });
    expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
    expect((await dear.screen('GET', 'stock-takes')).json).toMatchObject([
      { StocktakeNumber: 'ST-00001', Status: 'IN PROGRESS', Location: AUSTIN, Reference: 'count 1' },
    ]);
    const done = await dear.screen('POST', 'stock-takes/ST-00001/complete');
    expect(done.json).toMatchObject({ TaskID: take.taskId, Status: 'COMPLETED' });
    expect(await levels(dear, 'TRL-MUG-350')).toEqual([280, 0, 280]);
    expect(await levels(dear, 'TRL-BAR-OAT')).toEqual([709, 0, 709]);
    const again = saveStockTake(client, take, { status: 'COMPLETED', ...counts });
    await expect(again).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('is COMPLETED') },
    });
    expect(refused(await dear.screen('POST', `stock-takes/${take.taskId}/void`))).toContain('is COMPLETED');
  });

  it('voids a stock take without changing stock', async () => {
    const dear = await play();
    const before = await shelves(dear);
    const { client, take } = await opened(dear);
    expect((await dear.screen('POST', `stock-takes/${take.taskId}/void`)).json.Status).toBe('VOIDED');
    expect(await shelves(dear)).toEqual(before);
    expect(await findStockTakes(client, 'count 1')).toMatchObject([{ status: 'VOIDED' }]);
    expect((await dear.api('GET', 'stockTakeList?Status=IN%20PROGRESS')).json.Total).toBe(0);
    expect((await dear.screen('GET', 'stock-takes/st-00001')).json.Status).toBe('VOIDED');
    expect((await dear.screen('GET', 'stock-takes/ST-00002')).status).toBe(404);
  });
});

it('a stock take is kept over a restart', async () => {
  const storage = memoryStorage<DearState>();
  const before = await play({ storage });
  const { take } = await opened(before);
  await before.close();
  const after = await play({ storage });
  expect(await readStockTake(getClient(after), take.taskId)).toEqual(take);
  expect((await opened(after)).take.number).toBe('ST-00002');
});
