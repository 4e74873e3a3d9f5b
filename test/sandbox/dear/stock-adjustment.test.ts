import type { DearState } from 'dear-sandbox/dear';
import { memoryStorage } from 'dear-sandbox/kit';
import { expect, it } from 'vitest';
import { adjustStock, findAdjustments } from '../../../lib/dear/stock-documents.ts';
import { AmbiguousWrite } from '../../../lib/domain/errors.ts';
import { listening, refused } from './billing.ts';
import { AUSTIN, levels, type Play, play, subscription } from './play.ts';
import { documentAt, getClient, newStock, shelves } from './stock.ts';

const line = (more: object = {}) => ({
  SKU: 'TRL-MUG-350',
  Location: AUSTIN,
  Quantity: 290,
  UnitCost: 4.2,
  ...more,
});
const body = (more: object = {}) => ({
  EffectiveDate: '2026-01-05',
  Status: 'COMPLETED',
  Account: '540',
  Reference: 'count 1',
  UpdateOnHand: true,
  Lines: [line()],
  ...more,
});

async function adjust(dear: Play, lines: Array<ReturnType<typeof newStock>>) {
  const client = getClient(dear);
  return adjustStock(client, { ...(await documentAt(client)), sets: 'on-hand', lines });
}

it('a stock adjustment sets the stock on hand of its lines and no other row', async () => {
  const dear = await play();
  await dear.sell({ lines: [{ sku: 'TRL-MUG-350', quantity: 3 }] });
  const before = await shelves(dear);
  const taskId = await adjust(dear, [
    newStock('TRL-MUG-350', 290),
    newStock('TRL-BAR-OAT', 0, { batch: 'OB-2604' }),
    newStock('TRL-BAR-OAT', 40, { batch: 'OB-2701', expiry: '2027-08-31', unitCost: 1 }),
  ]);
  expect(await shelves(dear)).toEqual({
    ...before,
    [`TRL-MUG-350 / ${AUSTIN}`]: 290,
    [`TRL-BAR-OAT / ${AUSTIN} / OB-2604`]: 0,
    [`TRL-BAR-OAT / ${AUSTIN} / OB-2701`]: 40,
  });
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([290, 3, 287]);
  const { json } = await dear.api('GET', `stockadjustment?TaskID=${taskId}`);
  expect(json).toMatchObject({
    StocktakeNumber: 'ST-00001',
    Status: 'COMPLETED',
    ExistingStockLines: [
      { SKU: 'TRL-MUG-350', QuantityOnHand: 300, Available: 297, Adjustment: 290 },
      { SKU: 'TRL-BAR-OAT', BatchSN: 'OB-2604', ExpiryDate: '2027-01-31T00:00:00', Adjustment: 0 },
    ],
    NewStockLines: [{ BatchSN: 'OB-2701', ExpiryDate: '2027-08-31T00:00:00', Quantity: 40, UnitCost: 1 }],
    // 10 mugs at 4.20 and 200 bars at 0.95 less, 40 bars at 1.00 more.
    Transactions: [{ Amount: -192 }],
  });
});

it('a stock adjustment without UpdateOnHand sets the available stock', async () => {
  const dear = await play();
  await dear.sell({ lines: [{ sku: 'TRL-MUG-350', quantity: 3 }] });
  await dear.api('POST', 'stockadjustment', body({ UpdateOnHand: undefined }));
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([293, 3, 290]);
});

it('a draft stock adjustment changes no stock', async () => {
  const dear = await play();
  expect((await dear.api('POST', 'stockadjustment', body({ Status: 'DRAFT' }))).json).toMatchObject({
    Status: 'DRAFT',
    ExistingStockLines: [{ QuantityOnHand: 300, Adjustment: 290 }],
    Transactions: [],
  });
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
  expect((await dear.api('GET', 'stockadjustmentList?Status=COMPLETED')).json.Total).toBe(0);
});

it('a stock adjustment publishes the stock event', async () => {
  const dear = await play();
  const sent = await listening(dear);
  const type = 'Stock/AvailableStockLevelChanged';
  await dear.api('POST', 'webhooks', subscription('http://127.0.0.1:9/', type));
  await adjust(dear, [newStock('TRL-TENT-2P', 38)]);
  const [rows] = await sent();
  expect(rows).toContainEqual(expect.objectContaining({ SKU: 'TRL-TENT-2P', Location: AUSTIN, OnHand: 38 }));
});

it.each<[string, object, string]>([
  ['no lines', { Lines: [] }, "'Lines' is not valid"],
  ['an account that is none', { Account: '999' }, "Account '999' was not found"],
  ['the status VOIDED', { Status: 'VOIDED' }, "'Status' is not valid"],
  ['no date', { EffectiveDate: null }, "'EffectiveDate' is not valid"],
  ['no cost', { Lines: [line({ UnitCost: undefined })] }, "'Lines.0.UnitCost' is not valid"],
  ['no quantity', { Lines: [line({ Quantity: null })] }, "'Lines.0.Quantity' is not valid"],
  ['less than nothing', { Lines: [line({ Quantity: -1 })] }, "'Lines.0.Quantity' is not valid"],
  ['an unknown product', { Lines: [line(), line({ SKU: 'NOPE' })] }, "Product 'NOPE' was not found"],
  ['an unknown location', { Lines: [line({ Location: 'Nowhere' })] }, "Location 'Nowhere' was not found"],
  ['a service', { Lines: [line({ SKU: 'SVC-ENGRAVE' })] }, 'is of type Service'],
  ['no batch where one is needed', { Lines: [line({ SKU: 'TRL-BAR-OAT' })] }, 'BatchSN is required'],
])('a stock adjustment with %s is refused and changes nothing', async (_, more, upstreamMessage) => {
  const dear = await play();
  const before = await shelves(dear);
  expect(refused(await dear.api('POST', 'stockadjustment', body(more)))).toContain(upstreamMessage);
  expect(await shelves(dear)).toEqual(before);
  expect((await dear.api('GET', 'stockadjustmentList')).json).toMatchObject({
    Total: 0,
    StockAdjustmentList: [],
  });
});

it('a stock adjustment requires the expiry of a serial number that expires', async () => {
  const dear = await play();
  await dear.screen('POST', 'products', { sku: 'TRL-FLARE', costingMethod: 'FEFO - Serial Number' });
  const flare = line({ SKU: 'TRL-FLARE', BatchSN: 'F-1' });
  const answer = await dear.api('POST', 'stockadjustment', body({ Lines: [flare] }));
  expect(refused(answer)).toContain('ExpiryDate is required');
});

it('a stock adjustment whose answer was lost is found by its reference, also after a restart', async () => {
  const storage = memoryStorage<DearState>();
  const dear = await play({ storage });
  const match = { method: 'POST', path: 'stockadjustment' };
  await dear.screen('POST', 'faults', { kind: 'timeout-after', match });
  await expect(adjust(dear, [newStock('TRL-MUG-350', 290)])).rejects.toBeInstanceOf(AmbiguousWrite);
  await dear.close();
  const after = await play({ storage });
  expect(await findAdjustments(getClient(after), 'count 1')).toMatchObject([
    { number: 'ST-00001', status: 'COMPLETED' },
  ]);
  expect(await levels(after, 'TRL-MUG-350')).toEqual([290, 0, 290]);
});
