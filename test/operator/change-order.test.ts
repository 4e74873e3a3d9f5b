import { describe, expect, it } from 'vitest';
import { ActionRefused } from '../../lib/domain/order/allowed-actions.ts';
import { changeOrder, previewChange } from '../../operator/change-order.ts';
import { showOrder } from '../../operator/list-orders.ts';
import { NotFound } from '../../operator/user-errors.ts';
import { acceptedOrder } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { seedOrder } from './seed.ts';

const ADA = { name: 'Ada' };
const REFERENCE = 'SO-00042-1';

async function withOrder(overrides = {}, from = sale()): Promise<InMemoryBridge> {
  const fake = new InMemoryBridge();
  await seedOrder(fake, overrides, from);
  return fake;
}

describe('a change of an order by an operator', () => {
  it('is recorded on the order and in the audit, under the operator’s name', async () => {
    const fake = await withOrder();
    await changeOrder(fake.bridge, REFERENCE, 'hold', ADA);
    const order = await fake.bridge.orders.read(REFERENCE);
    expect(order).toMatchObject({ status: 'On Hold', hold: 'person' });
    expect(order?.log.at(-1)).toMatchObject({ by: 'Ada', what: 'Held by Ada.' });
    expect(await fake.audit()).toEqual([
      { by: 'Ada', what: "hold: Held by Ada. Release it with 'ship', or cancel it.", about: REFERENCE },
    ]);
  });

  it('queues the order where its provider has to be written to', async () => {
    const fake = await withOrder({ released: false });
    await changeOrder(fake.bridge, REFERENCE, 'process', ADA);
    expect(fake.fulfillment.messages).toEqual([{ reference: REFERENCE }]);
  });

  it('writes nothing where it is refused, also not to the audit', async () => {
    const fake = await withOrder();
    await expect(changeOrder(fake.bridge, REFERENCE, 'retry', ADA)).rejects.toThrow(ActionRefused);
    expect(await fake.audit()).toEqual([]);
  });

  it('writes nothing as a preview', async () => {
    const fake = await withOrder();
    const before = fake.table.puts;
    expect(await previewChange(fake.bridge, REFERENCE, 'void', ADA)).toMatchObject({ status: 'Cancelled' });
    expect(fake.table.puts).toBe(before);
  });

  it('is refused for an unknown order', async () => {
    const { bridge } = new InMemoryBridge();
    await expect(changeOrder(bridge, 'SO-9-1', 'void', ADA)).rejects.toThrow(NotFound);
  });

  it('allows cancel at the provider only where the provider can be opened', async () => {
    const fake = await withOrder(acceptedOrder());
    expect((await showOrder(fake.bridge, REFERENCE, false)).allowed).toEqual([]);
    await fake.secrets.write('acme-test/connection/lantern', { apiKey: 'key' });
    expect((await showOrder(fake.bridge, REFERENCE, false)).allowed).toEqual(['cancel']);
  });
});

describe('a shown order', () => {
  it('quotes the questioned address only where personal data was asked for', async () => {
    const incomplete = sale({ shippingAddress: { ...sale().shippingAddress, city: '', displayLine2: '' } });
    const { bridge } = await withOrder({}, incomplete);
    const plain = await showOrder(bridge, REFERENCE, false);
    expect(plain).toMatchObject({ waitingFor: 'hold', allowed: ['cancel', 'edit', 'ship'] });
    expect(plain.reason).not.toContain('Orchard');
    expect((await showOrder(bridge, REFERENCE, true)).reason).toContain('12 Orchard Mews');
  });
});
