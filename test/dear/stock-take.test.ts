import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findStockTakes,
  openStockTake,
  readStockTake,
  type StockTake,
  saveStockTake,
} from '../../lib/dear/stock-take.ts';
import { AmbiguousWrite, NotDone, Rejected, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { listing, upperId } from './listing.ts';
import { answering, essence, getClient, sendJson, startServer } from './server.ts';

const TASK = upperId(77);
const PLACE = { locationId: upperId(900).toLowerCase(), location: 'Dockside 3PL' };
const WANTED = { ...PLACE, account: '630', reference: 'dockside 2026-05-11', effectiveDate: '2026-05-11' };
const HEADER = {
  EffectiveDate: '2026-05-11T00:00:00',
  Account: '630',
  LocationID: PLACE.locationId,
  Location: 'Dockside 3PL',
  Reference: 'dockside 2026-05-11',
};

function existingRow(index: number, overrides: Record<string, unknown> = {}) {
  return {
    ProductID: upperId(index),
    SKU: `LAMP-${index}`,
    ProductName: 'Desk lamp',
    QuantityOnHand: 500,
    Available: 480,
    Adjustment: 0,
    LocationID: PLACE.locationId,
    Location: 'Dockside 3PL',
    BatchSN: null,
    ExpiryDate: null,
    CostingMethod: 'FIFO',
    ...overrides,
  };
}

function dearTake(overrides: Record<string, unknown> = {}) {
  return {
    ...HEADER,
    TaskID: TASK,
    StocktakeNumber: 'ST-00041',
    Status: 'In Progress',
    Tags: [],
    NonZeroStockOnHandProducts: [existingRow(1), existingRow(2)],
    ZeroStockOnHandProducts: [],
    Transactions: [],
    ...overrides,
  };
}

/** An open stock take, and the later writes. */
async function opened(...rows: Array<Record<string, unknown>>) {
  const body = dearTake(rows.length === 0 ? {} : { NonZeroStockOnHandProducts: rows });
  const server = await startServer((request, response) =>
    sendJson(response, { ...body, ...(request.method === 'PUT' && { Status: statusIn(request.body) }) }),
  );
  const client = getClient(server);
  const take = await openStockTake(client, WANTED);
  return { client, take, written: () => server.requests.slice(1).map(essence) };
}

function statusIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'Status' in body ? body.Status : undefined;
}

function getCount(take: StockTake, index: number, quantity: number) {
  const { productId, sku, locationId, location, batch, expiry } = take.nonZero[index]!;
  return { productId, sku, locationId, location, batch, expiry, quantity };
}

describe('openStockTake', () => {
  it('opens the whole location, and returns its rows with the 0 that DEAR fills in', async () => {
    const lot = { BatchSN: 'LOT-7', ExpiryDate: '2027-02-28T00:00:00', Location: 'Dockside 3PL: A-01' };
    const { client, server } = await answering(
      dearTake({ NonZeroStockOnHandProducts: [existingRow(1), existingRow(2, lot)] }),
    );
    const row = { ...PLACE, name: 'Desk lamp', onHand: 500, available: 480, adjustment: 0 };
    expect(await openStockTake(client, WANTED)).toEqual({
      ...WANTED,
      taskId: TASK.toLowerCase(),
      number: 'ST-00041',
      status: 'IN PROGRESS',
      nonZero: [
        {
          ...row,
          productId: upperId(1).toLowerCase(),
          sku: 'LAMP-1',
          batch: '',
          expiry: '',
          costingMethod: 'FIFO',
        },
        {
          ...row,
          productId: upperId(2).toLowerCase(),
          sku: 'LAMP-2',
          batch: 'LOT-7',
          expiry: '2027-02-28',
          location: 'Dockside 3PL: A-01',
          costingMethod: 'FIFO',
        },
      ],
      zero: [],
    });
    expect(server.requests.map(essence)).toEqual([{ method: 'POST', path: '/stocktake', body: HEADER }]);
  });

  it('names the reference when DEAR refuses', async () => {
    const { client } = await answering([{ ErrorCode: 404, Exception: 'No such account' }], 400);
    const error = await getError(openStockTake(client, WANTED));
    expect(error).toBeInstanceOf(Rejected);
    expect(error.message).toBe('DEAR refused: open stock take for dockside 2026-05-11 (HTTP 400)');
  });

  it.each([
    ['without an id', { TaskID: null }],
    [
      'with a row that has no figure',
      { NonZeroStockOnHandProducts: [existingRow(1, { QuantityOnHand: null })] },
    ],
  ])('is ambiguous after a success %s', async (_, overrides) => {
    const { client } = await answering(dearTake(overrides));
    expect(await getError(openStockTake(client, WANTED))).toBeInstanceOf(AmbiguousWrite);
  });
});

describe('saveStockTake', () => {
  it('sends counted rows, uncounted rows with their own figure, and new rows with their cost', async () => {
    const lot = { BatchSN: 'LOT-7', ExpiryDate: '2027-02-28T00:00:00' };
    const { client, take, written } = await opened(existingRow(1), existingRow(2), existingRow(3, lot));
    await saveStockTake(client, take, {
      status: 'COMPLETED',
      nonZero: [getCount(take, 0, 0), getCount(take, 2, 12.5)],
      zero: [
        {
          productId: upperId(9),
          sku: 'SHADE',
          name: 'Shade',
          quantity: 15,
          unitCost: 6.2,
          batch: 'S1',
          expiry: '',
        },
      ],
    });
    const row = { BatchSN: null, ExpiryDate: null, LocationID: PLACE.locationId, Location: 'Dockside 3PL' };
    expect(written()).toEqual([
      {
        method: 'PUT',
        path: '/stocktake',
        body: {
          TaskID: TASK.toLowerCase(),
          ...HEADER,
          Status: 'COMPLETED',
          NonZeroStockOnHandProducts: [
            { ...row, ProductID: upperId(1).toLowerCase(), SKU: 'LAMP-1', Adjustment: 0 },
            { ...row, ProductID: upperId(2).toLowerCase(), SKU: 'LAMP-2', Adjustment: 500 },
            { ...row, ...lot, ProductID: upperId(3).toLowerCase(), SKU: 'LAMP-3', Adjustment: 12.5 },
          ],
          ZeroStockOnHandProducts: [
            {
              ...row,
              ProductID: upperId(9),
              SKU: 'SHADE',
              ProductName: 'Shade',
              BatchSN: 'S1',
              Quantity: 15,
              UnitCost: 6.2,
              ReceivedDate: '2026-05-11T00:00:00',
            },
          ],
        },
      },
    ]);
  });

  it('sends every row of the stock take, whichever were counted', async () => {
    const rows = fc.array(fc.record({ onHand: fc.nat(1000), count: fc.option(fc.nat(1000)) }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (wanted) => {
        const { client, take, written } = await opened(
          ...wanted.map(({ onHand }, index) => existingRow(index, { QuantityOnHand: onHand })),
        );
        const nonZero = wanted.flatMap(({ count }, index) =>
          count === null ? [] : [getCount(take, index, count)],
        );
        await saveStockTake(client, take, { status: 'COMPLETED', nonZero, zero: [] });
        expect(written()).toMatchObject([
          {
            body: {
              NonZeroStockOnHandProducts: wanted.map(({ onHand, count }) => ({
                Adjustment: count ?? onHand,
              })),
            },
          },
        ]);
        await client.close();
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['product', { productId: upperId(8).toLowerCase() }],
    ['batch', { batch: 'LOT-9' }],
    ['place', { locationId: upperId(901).toLowerCase() }],
    ['expiry', { expiry: '2027-03-01' }],
  ])('refuses a count of another %s before any call', async (_, other) => {
    const { client, take, written } = await opened();
    const nonZero = [getCount(take, 0, 5), { ...getCount(take, 1, 5), ...other }];
    const error = await getError(saveStockTake(client, take, { status: 'COMPLETED', nonZero, zero: [] }));
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({
      message: 'DEAR refused: complete stock take for dockside 2026-05-11',
      details: { upstreamMessage: expect.stringContaining('LAMP-2') },
    });
    expect(written()).toEqual([]);
  });

  it('is not done where the answer has another status', async () => {
    const { client } = await answering(dearTake());
    const take = await openStockTake(client, WANTED);
    const saved = saveStockTake(client, take, { status: 'COMPLETED', nonZero: [], zero: [] });
    await expect(saved).rejects.toBeInstanceOf(NotDone);
  });

  it('saves it IN PROGRESS for a person to complete', async () => {
    const { client, take, written } = await opened();
    const saved = await saveStockTake(client, take, { status: 'IN PROGRESS', nonZero: [], zero: [] });
    expect(written()).toMatchObject([{ body: { Status: 'IN PROGRESS' } }]);
    expect(saved).toMatchObject({ taskId: TASK.toLowerCase(), status: 'IN PROGRESS' });
  });
});

describe('readStockTake', () => {
  it('reads counted and new rows', async () => {
    const found = { ...existingRow(9), Quantity: 15, UnitCost: 6.2, QuantityOnHand: undefined };
    const body = dearTake({
      Status: 'COMPLETED',
      NonZeroStockOnHandProducts: null,
      ZeroStockOnHandProducts: [found],
    });
    const { client, server } = await answering(body);
    expect(await readStockTake(client, TASK)).toMatchObject({
      status: 'COMPLETED',
      nonZero: [],
      zero: [{ sku: 'LAMP-9', quantity: 15, unitCost: 6.2 }],
    });
    expect(server.requests.map(({ query }) => query)).toEqual([{ TaskID: TASK }]);
  });

  it('throws for an answer of another form', async () => {
    const { client } = await answering({ Message: 'hello' });
    expect(await getError(readStockTake(client, TASK))).toBeInstanceOf(UnexpectedAnswer);
  });
});

describe('findStockTakes', () => {
  it.each(['StockAdjustmentList', 'StockTakeList'])(
    'finds the equal reference in a list under %s',
    async (key) => {
      const document = (index: number, Reference: string | null) => ({
        TaskID: upperId(index),
        StocktakeNumber: `ST-${index}`,
        Status: 'VOIDED',
        Reference,
      });
      const rows = [
        document(1, null),
        document(2, 'dockside 2026-05-11 b'),
        document(3, 'dockside 2026-05-11'),
      ];
      const { client, server } = await listing(key, [...Array(1000).fill(rows[0]), ...rows]);
      expect(await findStockTakes(client, 'dockside 2026-05-11')).toEqual([
        {
          taskId: upperId(3).toLowerCase(),
          number: 'ST-3',
          status: 'VOIDED',
          reference: 'dockside 2026-05-11',
          location: '',
        },
      ]);
      expect(server.requests.map(({ path }) => path)).toEqual([
        '/ExternalApi/v2/stockTakeList',
        '/ExternalApi/v2/stockTakeList',
      ]);
    },
  );
});
