import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saleChanges } from '../../lib/dear/sale-list.ts';
import { Unavailable, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { getRows, listing, upperId } from './listing.ts';
import { answering, getClient, sendJson, startServer } from './server.ts';

const SINCE = '2026-05-11T08:00:00.000Z';

function dearRow(index: number, overrides: Record<string, unknown> = {}) {
  return {
    SaleID: upperId(index),
    OrderNumber: `SO-${7300 + index}`,
    Status: 'Ordered',
    Customer: 'Fjord Lighting',
    Updated: '2026-05-11T09:12:44.061Z',
    OrderStatus: 'Authorised',
    CombinedPickingStatus: 'Picked',
    CombinedPackingStatus: 'Partially packed',
    CombinedShippingStatus: 'Not shipped',
    Type: 'Simple Sale',
    OrderLocationID: upperId(900),
    ...overrides,
  };
}

describe('saleChanges', () => {
  it('maps each sale, and sends the window in DEAR’s form', async () => {
    const { client, server } = await listing('SaleList', [dearRow(1)]);
    expect(await getRows(saleChanges(client, SINCE, '2026-05-12T08:00:00.5Z'))).toEqual([
      {
        saleId: upperId(1).toLowerCase(),
        orderNumber: 'SO-7301',
        updatedAt: '2026-05-11T09:12:44.061Z',
        orderStatus: 'AUTHORISED',
        status: 'ORDERED',
        pickingStatus: 'PICKED',
        packingStatus: 'PARTIALLY PACKED',
        shippingStatus: 'NOT SHIPPED',
        locationId: upperId(900).toLowerCase(),
        type: 'SIMPLE SALE',
      },
    ]);
    expect(server.requests.map(({ query }) => query)).toEqual([
      {
        UpdatedSince: '2026-05-11T08:00:00.000',
        UpdatedUntil: '2026-05-12T08:00:00.500',
        Page: '1',
        Limit: '1000',
      },
    ]);
  });

  it('reads every page, and sends no end of the window where none is given', async () => {
    const rows = Array.from({ length: 2001 }, (_, index) => dearRow(index));
    const { client, server } = await listing('SaleList', rows);
    expect(await getRows(saleChanges(client, SINCE))).toHaveLength(2001);
    expect(server.requests.map(({ query }) => query.Page)).toEqual(['1', '2', '3']);
    expect(server.requests[0]?.query).not.toHaveProperty('UpdatedUntil');
  });

  it('keeps a row of a new type, or without a location, beside the others', async () => {
    const rows = [dearRow(1, { Type: 'Rental Sale', OrderLocationID: null, OrderNumber: null }), dearRow(2)];
    const { client } = await listing('SaleList', rows);
    expect(await getRows(saleChanges(client, SINCE))).toMatchObject([
      { type: 'RENTAL SALE', locationId: '', orderNumber: '' },
      { type: 'SIMPLE SALE' },
    ]);
  });

  it('reads a time as UTC to the millisecond, with any number of decimals, with or without a Z', async () => {
    const milliseconds = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) });
    const finer = fc.stringMatching(/^\d{0,4}$/);
    await fc.assert(
      fc.asyncProperty(milliseconds, finer, fc.constantFrom('Z', ''), async (at, decimals, zone) => {
        const iso = new Date(at).toISOString();
        const { client } = await listing('SaleList', [
          dearRow(1, { Updated: `${iso.slice(0, -1)}${decimals}${zone}` }),
        ]);
        expect(await getRows(saleChanges(client, SINCE))).toMatchObject([{ updatedAt: iso }]);
        await client.close();
      }),
      { numRuns: 25 },
    );
    const { client } = await listing('SaleList', [dearRow(1, { Updated: '2026-05-11T09:12:44' })]);
    expect(await getRows(saleChanges(client, SINCE))).toMatchObject([
      { updatedAt: '2026-05-11T09:12:44.000Z' },
    ]);
  });

  it.each([
    ['without a moment', null],
    ['with a moment that is none', 'yesterday'],
    ['with an object for a moment', { At: 1 }],
  ])('returns a sale %s as one that may have changed at any time, beside the others', async (_, Updated) => {
    const { client } = await listing('SaleList', [dearRow(1, { Updated }), dearRow(2)]);
    expect(await getRows(saleChanges(client, SINCE))).toMatchObject([
      { orderNumber: 'SO-7301', updatedAt: '' },
      { orderNumber: 'SO-7302', updatedAt: '2026-05-11T09:12:44.061Z' },
    ]);
  });

  it('skips rows without a sale on every page, and reports their fields', async () => {
    const odd = [null, dearRow(1, { SaleID: null }), 'odd', [], dearRow(2, { SaleID: { Id: 'Tove' } })];
    const rows = [...odd, ...Array.from({ length: 1500 }, (_, index) => dearRow(index + 10))];
    const { client } = await listing('SaleList', rows);
    const unreadable: string[] = [];
    const changes = saleChanges(client, SINCE, undefined, (paths) => void unreadable.push(paths.join()));
    expect(await getRows(changes)).toHaveLength(1500);
    expect(unreadable).toHaveLength(odd.length);
    expect(unreadable.filter((paths) => paths === 'SaleID')).toHaveLength(2);
    expect(unreadable.join()).not.toContain('Tove');
  });

  it('throws for a list under another name instead of reading it as empty', async () => {
    const { client } = await answering({ Total: 1, Page: 1, Sales: [dearRow(1)] });
    expect(await getError(getRows(saleChanges(client, SINCE)))).toBeInstanceOf(UnexpectedAnswer);
  });

  it('throws when a sale leaves the window meanwhile', async () => {
    const server = await startServer(({ query }, response) => {
      const page = Number(query.Page);
      const SaleList = Array.from({ length: page === 1 ? 1000 : 499 }, (_, index) => dearRow(index));
      sendJson(response, { Total: page === 1 ? 1500 : 1499, Page: page, SaleList });
    });
    const error = await getError(getRows(saleChanges(getClient(server), SINCE, SINCE)));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.message).toBe(
      'DEAR could not be reached: list changed sales for changes since 2026-05-11T08:00:00.000Z',
    );
  });
});
