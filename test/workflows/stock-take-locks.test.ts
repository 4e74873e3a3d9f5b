import { describe, expect, it } from 'vitest';
import { Rejected, Throttled, Unavailable, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import type { StockTakeInProgress } from '../../lib/domain/ports/stock.ts';
import { findLock, listOpenStockTakes } from '../../lib/workflows/confirmation-outcomes.ts';

const DETAILS = { system: 'dear', operation: 'list stock takes', writes: false };
const take = (number: string, location: string): StockTakeInProgress => ({ number, reference: '', location });
const TAKES = [take('ST-1', 'Harbour Store'), take('ST-2', 'Lantern Depot')];

describe('the stock take that locks a shipment', () => {
  it.each([
    ['is of the only location', ['Lantern Depot'], 'ST-2'],
    ['is of one of several locations', ['Quay', 'lantern depot'], 'ST-2'],
    ['is the first of those that do', ['Lantern Depot', 'Harbour Store'], 'ST-1'],
    ['is none of other locations', ['Quay'], undefined],
    ['is none where nothing has a location', [], undefined],
  ])('%s', (_, locations, number) => {
    expect(findLock(locations, TAKES)?.number).toBe(number);
  });
});

describe('the open stock takes', () => {
  it.each([
    ['refuses to list them', new Rejected(DETAILS)],
    ['lists them in another form', new UnexpectedAnswer(DETAILS)],
  ])('are none of an account that %s', async (_, error) => {
    expect(await listOpenStockTakes({ openStockTakes: () => Promise.reject(error) })).toEqual([]);
  });

  it.each([
    ['is down', new Unavailable(DETAILS)],
    ['is asked too often', new Throttled(DETAILS, 1_000)],
    ['fails otherwise', new Error('no answer')],
  ])('are not known while DEAR %s', async (_, error) => {
    await expect(listOpenStockTakes({ openStockTakes: () => Promise.reject(error) })).rejects.toBe(error);
  });
});
