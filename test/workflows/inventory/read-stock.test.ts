import { describe, expect, it } from 'vitest';
import { type ReadStockDeps, readStock } from '../../../lib/workflows/inventory/read-stock.ts';
import { connection } from '../../builders/connection.ts';
import { NOW } from '../../builders/order.ts';
import { LOCATION } from '../../builders/sale.ts';

const own = connection();
const row = { productId: 'p-1', sku: 'CUP', batch: '', expiry: '', onHand: 5, bin: '' };

/** A provider with so many cups. */
function cups(onHand: number, happened: string[] = []) {
  return {
    stock: async function* () {
      happened.push('provider');
      yield [{ sku: 'CUP', onHand, batch: '', expiry: '' }];
    },
  };
}

/** Both sides have five cups. Calls are recorded. */
function deps(overrides: Partial<ReadStockDeps> = {}) {
  const happened: string[] = [];
  const nothing = async function* () {};
  const all: ReadStockDeps = {
    connection: own,
    connections: [own],
    sources: [{ connection: own, provider: cups(5, happened) }],
    dear: {
      availability: async function* (location) {
        happened.push(`DEAR ${location}`);
        yield [row];
      },
      locations: async () => [],
    },
    orders: { listShipped: nothing, listWaiting: nothing },
    collect: async ({ id }) => {
      happened.push(`collect ${id}`);
      return true;
    },
    setAside: { read: async () => ({ entries: new Map(), version: 0 }) },
    now: () => NOW,
    hasTime: () => true,
    ...overrides,
  };
  return { happened, all };
}

describe('reading both sides of a stock', () => {
  it('collects before and after, from every connection that may ship from the location', async () => {
    const other = connection({ id: 'other', location: 'Elsewhere', warehouses: { 'w-2': LOCATION } });
    const stranger = connection({ id: 'stranger', location: 'Far away' });
    const { happened, all } = deps({ connections: [own, other, stranger] });
    expect(await readStock(all)).toMatchObject({ state: 'read', window: { location: LOCATION, began: NOW } });
    const collected = ['collect lantern', 'collect other'];
    expect(happened).toEqual([...collected, 'provider', `DEAR ${LOCATION}`, ...collected]);
  });

  it('adds up the stock of all connections of the location, each without its own services', async () => {
    const other = connection({ id: 'other', serviceSkus: ['SETUP'] });
    const setup = {
      stock: async function* () {
        yield [{ sku: 'SETUP', onHand: 9, batch: '', expiry: '' }];
      },
    };
    const { all } = deps({
      sources: [
        { connection: own, provider: cups(3) },
        { connection: other, provider: cups(2) },
        { connection: other, provider: setup },
      ],
    });
    const reading = await readStock(all);
    if (reading.state !== 'read') throw new Error('expected a reading');
    const provided = [...reading.sides].map(([sku, { provider }]) => [sku, provider]);
    expect(provided).toEqual([['CUP', [{ quantity: 5, batch: '', expiry: '' }]]]);
  });

  it('stops if there is no time to collect all shipments, before or after', async () => {
    let left = 1;
    const { happened, all } = deps({
      collect: async () => {
        left -= 1;
        return left >= 0;
      },
    });
    expect(await readStock(all)).toEqual({ state: 'behind' });
    expect(happened).toEqual(['provider', `DEAR ${LOCATION}`]);
    expect(await readStock(all)).toEqual({ state: 'behind' });
    expect(happened).toHaveLength(2);
  });

  it('compares nothing while a shipment of an order could not be recorded', async () => {
    const news = { reference: 'SO-7-1', shipments: [], withdrawn: [], returns: [] };
    const entries = new Map([['SO-7-1', { news, since: '', reason: '' }]]);
    const { all } = deps({ setAside: { read: async () => ({ entries, version: 1 }) } });
    expect(await readStock(all)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('SO-7-1'),
    });
  });

  it('fails if time runs out, instead of comparing a part of the stock', async () => {
    const { all } = deps({ hasTime: () => false });
    await expect(readStock(all)).rejects.toThrow('longer than run-job may run');
  });
});

describe('a row of DEAR’s stock that cannot be read', () => {
  const odd = (sku: string, onHand: number | null = null) => ({ ...row, productId: '', sku, onHand });
  const dearGives = (...rows: ReturnType<typeof odd>[]) => ({
    availability: async function* () {
      yield rows;
    },
    locations: async () => [],
  });

  it('makes the figures of its SKU unusable, and leaves the other SKUs as they are', async () => {
    const { all } = deps({ dear: dearGives(odd('CUP'), odd('JUG', 3)) });
    const reading = await readStock(all);
    if (reading.state !== 'read') throw new Error('expected a reading');
    const sides = new Map(reading.sides);
    expect(sides.get('CUP')?.unsettled).toContain('DEAR gave a row of it that cannot be read');
    expect(sides.get('JUG')?.unsettled).toBeNull();
  });

  it('stops the comparison with a reason if the row may be of any product', async () => {
    const { all } = deps({ dear: dearGives(odd('')) });
    const reason = expect.stringContaining('SKU cannot be read');
    expect(await readStock(all)).toMatchObject({ state: 'refused', reason });
  });
});
