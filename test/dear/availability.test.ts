import { describe, expect, it } from 'vitest';
import { availability } from '../../lib/dear/availability.ts';
import { UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { getRows, listing, pageFor, upperId } from './listing.ts';
import { getClient, sendJson, startServer } from './server.ts';

const KEY = 'ProductAvailabilityList';

function dearRow(index: number, overrides: Record<string, unknown> = {}) {
  return {
    ID: upperId(index),
    SKU: `LAMP-${index}`,
    Name: 'Desk lamp',
    Barcode: null,
    Location: 'Dockside 3PL',
    Bin: null,
    Batch: null,
    ExpiryDate: null,
    OnHand: 12,
    Allocated: 2.5,
    Available: 9.5,
    OnOrder: 40,
    StockOnHand: 96.24,
    ...overrides,
  };
}

describe('availability', () => {
  it('maps each row', async () => {
    const batch = { Bin: 'A-01', Batch: 'LOT-7', ExpiryDate: '2027-02-28T00:00:00' };
    const { client, server } = await listing(KEY, [dearRow(1), dearRow(2, batch)]);
    const plain = { name: 'Desk lamp', bin: '', batch: '', expiry: '', onHand: 12, allocated: 2.5 };
    expect(await getRows(availability(client, 'Dockside 3PL'))).toEqual([
      { ...plain, productId: upperId(1).toLowerCase(), sku: 'LAMP-1', available: 9.5 },
      {
        ...plain,
        productId: upperId(2).toLowerCase(),
        sku: 'LAMP-2',
        bin: 'A-01',
        batch: 'LOT-7',
        expiry: '2027-02-28',
        available: 9.5,
      },
    ]);
    expect(server.requests.map(({ query }) => query)).toEqual([
      { Location: 'Dockside 3PL', Page: '1', Limit: '1000' },
    ]);
  });

  it('returns only rows of exactly the location, although DEAR ignores the filter', async () => {
    const names = ['Dockside 3PL', 'Dockside 3PL North', 'dockside 3pl', 'Main Warehouse', null];
    const { client } = await listing(
      KEY,
      names.map((Location, index) => dearRow(index, { Location })),
    );
    expect((await getRows(availability(client, 'Dockside 3PL'))).map(({ sku }) => sku)).toEqual(['LAMP-0']);
  });

  it('reads to the last page, past pages without a row of the location', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) =>
      dearRow(index, { Location: index === 2499 ? 'Dockside 3PL' : 'Main Warehouse' }),
    );
    const { client, server } = await listing(KEY, rows);
    expect((await getRows(availability(client, 'Dockside 3PL'))).map(({ sku }) => sku)).toEqual([
      'LAMP-2499',
    ]);
    expect(server.requests).toHaveLength(3);
  });

  it('throws when a later page fails', async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => dearRow(index));
    const server = await startServer((request, response) => {
      const page = pageFor(request, KEY, rows);
      sendJson(response, request.query.Page === '2' ? { ...page, [KEY]: [] } : page);
    });
    expect(await getError(getRows(availability(getClient(server), 'Dockside 3PL')))).toBeInstanceOf(
      UnexpectedAnswer,
    );
  });

  it.each(['OnHand', 'Allocated', 'Available'])('reports a row as unreadable without %s', async (field) => {
    const { client } = await listing(KEY, [dearRow(1, { [field]: null })]);
    const told: string[] = [];
    const rows = await getRows(availability(client, 'Dockside 3PL', (paths) => told.push(...paths)));
    expect(rows).toMatchObject([{ sku: 'LAMP-1', onHand: null }]);
    expect(told).toEqual([field]);
  });
});
