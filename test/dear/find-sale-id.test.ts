import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getClient, sendJson, startServer } from './server.ts';

/** Answers `GET /saleList` like DEAR: the sales that contain the search text, page by page. */
async function searching(
  rows: ReadonlyArray<{ SaleID: string; OrderNumber: string | null; Customer?: string }>,
  most = 1000,
) {
  const matches = (search: string) =>
    rows.filter((row) => `${row.OrderNumber} ${row.Customer ?? ''}`.includes(search));
  const server = await startServer((request, response) => {
    const { page, limit } = {
      page: Number(request.query.Page),
      limit: Math.min(Number(request.query.Limit), most),
    };
    const found = matches(request.query.Search ?? '');
    const SaleList = found.slice((page - 1) * limit, page * limit);
    sendJson(response, { Total: found.length, Page: page, SaleList });
  });
  return { server, client: getClient(server) };
}

function saleId(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-0000-4000-8000-00000000abcd`;
}

describe('findSaleId', () => {
  it('finds the sale whose number is equal, not one that contains it', async () => {
    const { server, client } = await searching([
      { SaleID: saleId(1), OrderNumber: 'SO-10482' },
      { SaleID: saleId(2), OrderNumber: 'SO-7', Customer: 'SO-1048 Ltd' },
      { SaleID: saleId(3).toUpperCase(), OrderNumber: 'SO-1048' },
    ]);
    expect(await client.findSaleId('SO-1048')).toBe(saleId(3));
    expect(server.requests.map(({ query }) => query)).toEqual([
      { Search: 'SO-1048', Page: '1', Limit: '1000' },
    ]);
  });

  it('reads every page before it returns null', async () => {
    const rows = Array.from({ length: 2100 }, (_, index) => ({
      SaleID: saleId(index),
      OrderNumber: `SO-1${index}`,
    }));
    const { server, client } = await searching(rows);
    expect(await client.findSaleId('SO-1')).toBeNull();
    expect(server.requests).toHaveLength(3);
    expect(await client.findSaleId('SO-12099')).toBe(saleId(2099));
  });

  it('does not return null after a short page', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({
      SaleID: saleId(index),
      OrderNumber: `SO-1${index}`,
    }));
    const { client } = await searching(rows, 10);
    await expect(client.findSaleId('SO-1')).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('returns null for an empty number without a call, as quotes have none', async () => {
    const { server, client } = await searching([{ SaleID: saleId(1), OrderNumber: null }]);
    expect(await client.findSaleId('')).toBeNull();
    expect(server.requests).toHaveLength(0);
  });

  it('finds exactly the equal number among any other numbers', async () => {
    const number = fc.integer({ min: 1, max: 130 }).map((value) => `SO-${value}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(number, { maxLength: 40 }), number, async (numbers, wanted) => {
        const { client } = await searching(
          numbers.map((OrderNumber, index) => ({ SaleID: saleId(index), OrderNumber })),
        );
        const index = numbers.indexOf(wanted);
        expect(await client.findSaleId(wanted)).toBe(index === -1 ? null : saleId(index));
        await client.close();
      }),
      { numRuns: 25 },
    );
  });
});
