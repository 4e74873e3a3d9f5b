import { describe, expect, it } from 'vitest';
import { findAnything } from '../../../lib/operator/console/find-anything.ts';
import { acceptedOrder, box } from '../../builders/order.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

const ORDER = acceptedOrder();
const TO_ORDER = { kind: 'order', reference: ORDER.reference };
const TO_SALE = { kind: 'sale', saleId: ORDER.saleId };

async function search(text: string) {
  const { bridge } = new InMemoryBridge();
  await bridge.orders.save({ ...ORDER, version: 1 });
  await bridge.orders.update({ ...ORDER, version: 1 }, (order) => ({ ...order, packages: [box()] }));
  const { saleId, saleOrderNumber, reference } = ORDER;
  const record = { saleId, saleOrderNumber, outcome: 'ordered', reason: '', by: '', at: '' } as const;
  await bridge.sales.save({ ...record, references: [reference] }, null);
  return await findAnything(bridge, text);
}

describe('a search finds', () => {
  it.each([
    ['a reference', 'SO-00042-1', TO_ORDER],
    ['a reference in small letters with blanks', ' so-00042-1 ', TO_ORDER],
    ['an order number', 'so-00042', TO_SALE],
    ['a sale id in capitals', ORDER.saleId.toUpperCase(), TO_SALE],
    ['a tracking number', '1z0001', TO_ORDER],
    ['a tracking number as carriers print it', '1Z 00 01', TO_ORDER],
    ['nothing under a part of any', 'SO-0004', { kind: 'nothing' }],
    ['nothing under nothing', '  ', { kind: 'nothing' }],
  ])('%s', async (_, text, found) => {
    expect(await search(text)).toEqual(found);
  });
});
