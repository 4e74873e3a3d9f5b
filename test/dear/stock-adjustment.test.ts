import { describe, expect, it } from 'vitest';
import { adjustStock, findAdjustments } from '../../lib/dear/stock-documents.ts';
import { AmbiguousWrite, NotDone, Rejected } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { listing, upperId } from './listing.ts';
import { answering, essence } from './server.ts';

const ADJUSTMENT = {
  locationId: upperId(900).toLowerCase(),
  location: 'Dockside 3PL',
  account: '630',
  reference: 'dockside 2026-05-11',
  effectiveDate: '2026-05-11',
  sets: 'on-hand' as const,
  lines: [
    {
      productId: upperId(1),
      sku: 'LAMP',
      name: 'Desk lamp',
      quantity: 0,
      unitCost: 8.0215,
      batch: 'LOT-7',
      expiry: '2027-02-28',
    },
  ],
};

describe('adjustStock', () => {
  it.each(['DRAFT', '', null, undefined])(
    'is not done where the answer has the status %j',
    async (Status) => {
      const { client } = await answering({ TaskID: upperId(5), Status });
      await expect(adjustStock(client, ADJUSTMENT)).rejects.toBeInstanceOf(NotDone);
    },
  );

  it('sets the stock on hand at once', async () => {
    const { client, server } = await answering({ TaskID: upperId(5), Status: 'COMPLETED' });
    expect(await adjustStock(client, ADJUSTMENT)).toBe(upperId(5).toLowerCase());
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/stockadjustment',
        body: {
          EffectiveDate: '2026-05-11T00:00:00',
          Status: 'COMPLETED',
          Account: '630',
          Reference: 'dockside 2026-05-11',
          UpdateOnHand: true,
          Lines: [
            {
              ProductID: upperId(1),
              SKU: 'LAMP',
              ProductName: 'Desk lamp',
              Quantity: 0,
              UnitCost: 8.0215,
              LocationID: ADJUSTMENT.locationId,
              Location: 'Dockside 3PL',
              BatchSN: 'LOT-7',
              ExpiryDate: '2027-02-28T00:00:00',
              ReceivedDate: '2026-05-11T00:00:00',
            },
          ],
        },
      },
    ]);
  });

  it('names the reference when DEAR refuses', async () => {
    const { client } = await answering([{ ErrorCode: 400, Exception: 'BatchSN is required' }], 400);
    const error = await getError(adjustStock(client, ADJUSTMENT));
    expect(error).toBeInstanceOf(Rejected);
    expect(error.message).toBe('DEAR refused: adjust stock for dockside 2026-05-11 (HTTP 400)');
  });

  it('is ambiguous after a success without an id', async () => {
    const { client } = await answering({ Status: 'COMPLETED' });
    expect(await getError(adjustStock(client, ADJUSTMENT))).toBeInstanceOf(AmbiguousWrite);
  });
});

describe('findAdjustments', () => {
  it('finds the adjustments with exactly the reference', async () => {
    const rows = ['dockside 2026-05-11', 'Dockside 2026-05-11', ''].map((Reference, index) => ({
      TaskID: upperId(index),
      StocktakeNumber: `ST-${index}`,
      Status: 'Completed',
      Reference,
    }));
    const { client, server } = await listing('StockAdjustmentList', rows);
    expect(await findAdjustments(client, 'dockside 2026-05-11')).toEqual([
      {
        taskId: upperId(0).toLowerCase(),
        number: 'ST-0',
        status: 'COMPLETED',
        reference: 'dockside 2026-05-11',
        location: '',
      },
    ]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/ExternalApi/v2/stockadjustmentList']);
  });
});
