import { describe, expect, it, vi } from 'vitest';
import { findAnything } from '../../../operator/console/console-deps.ts';
import { box } from '../../builders/order.ts';
import { line, sale } from '../../builders/sale.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { World } from '../../workflows/world.ts';
import { seedOrder } from '../seed.ts';

const { id: SALE_ID } = sale();
const TO_ORDER = { kind: 'order', reference: 'SO-00042-1' };
const TO_SALE = { kind: 'sale', saleId: SALE_ID };

async function search(text: string) {
  const memory = new InMemoryBridge();
  const order = await seedOrder(memory);
  await memory.bridge.orders.update(order, (current) => ({ ...current, packages: [box()] }));
  return await findAnything(memory.bridge, text);
}

describe('a search', () => {
  it.each([
    ['a reference', 'SO-00042-1', TO_ORDER],
    ['a reference in small letters with blanks', ' so-00042-1 ', TO_ORDER],
    ['an order number', 'so-00042', TO_SALE],
    ['a sale id in capitals', SALE_ID.toUpperCase(), TO_SALE],
    ['a tracking number', '1z0001', TO_ORDER],
    ['a tracking number as carriers print it', '1Z 00 01', TO_ORDER],
    ['a number with other zeros', 'SO-0042', TO_SALE],
    ['a number with a blank', 'so 00042', TO_SALE],
    ['a number behind a hash', '#42', TO_SALE],
    ['nothing under a number of another prefix', 'PO-42', { kind: 'nothing' }],
    ['a part of a name', 'quill', TO_ORDER],
    ['two words of a name in small letters', 'rufus marl', TO_ORDER],
    ['nothing under a name of which one word differs', 'rufus marlin', { kind: 'nothing' }],
    ['nothing under a part of any', 'SO-0004', { kind: 'nothing' }],
    ['nothing under nothing', '  ', { kind: 'nothing' }],
  ])('finds %s', async (_, text, found) => {
    expect(await search(text)).toEqual(found);
  });

  it('finds nothing for a text that is longer than a key, without a read', async () => {
    const memory = new InMemoryBridge();
    const read = vi.spyOn(memory.table, 'read');
    expect(await findAnything(memory.bridge, 'x'.repeat(3_000))).toEqual({ kind: 'nothing' });
    expect(read).not.toHaveBeenCalled();
  });
});

describe('a search for a sale that waits for goods', () => {
  const lines = [line({ sku: 'RARE-1', quantity: 2, backorderQuantity: 2 })];
  const search = async (text: string) => {
    const world = new World(sale({ lines }));
    await world.reconcile();
    const { bridge } = new InMemoryBridge();
    const { sales, saleContents } = world;
    return await findAnything({ ...bridge, sales, saleContents }, text);
  };

  it.each([
    ['its number', 'SO-00042'],
    ['its SKU', 'rare-1'],
    ['the customer’s e-mail address', sale().email],
    ['a word of the customer’s name', 'quill & th'],
  ])('finds it by %s', async (_, text) => {
    expect(await search(text)).toEqual(TO_SALE);
  });
});
