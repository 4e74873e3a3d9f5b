import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, Unavailable } from '../../lib/domain/errors.ts';
import { ActionRefused } from '../../lib/domain/order/allowed-actions.ts';
import { recordProviderState } from '../../lib/domain/order/standstill.ts';
import { changeOrder, previewChange } from '../../operator/orders/change-order.ts';
import { showOrder } from '../../operator/orders/list-orders.ts';
import { NotFound } from '../../operator/user-errors.ts';
import { acceptedOrder, box, NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryService } from '../contract/in-memory-provider.ts';
import { sampleOrder } from '../contract/sample-order.ts';
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
    expect(await fake.audit()).toEqual([{ by: 'Ada', what: 'hold: Held by Ada.', about: REFERENCE }]);
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
    expect((await showOrder(fake.bridge, REFERENCE, false)).allowed).toEqual(['hold', 'cancel']);
  });
});

describe('holding an order that its provider has', () => {
  /** The order is at a provider in memory, under the id that the bridge knows. */
  async function atProvider() {
    const fake = await withOrder(acceptedOrder());
    const service = new InMemoryService(() => NOW);
    const { providerOrderId } = acceptedOrder().submission;
    service.adopt(providerOrderId, sampleOrder({ reference: REFERENCE }));
    const open = { ...service.provider({ system: 'lantern' }), close: async () => undefined };
    const bridge = { ...fake.bridge, providerFor: async () => open };
    const order = async () => (await fake.bridge.orders.read(REFERENCE))!;
    return { fake, service, bridge, order, held: () => service.orders[0]!.heldUntil };
  }

  it('holds it there until the given date, and releases it there', async () => {
    const { bridge, order, held, fake } = await atProvider();
    await changeOrder(bridge, REFERENCE, 'hold', ADA, { holdUntil: '2027-03-01' });
    expect(held()).toBe('2027-03-01');
    expect(await order()).toMatchObject({
      status: 'On Hold',
      hold: 'service',
      reason: 'It is held at lantern by hand until 2027-03-01.',
    });
    expect((await order()).log.at(-1)).toMatchObject({
      by: 'Ada',
      what: 'Held at lantern by Ada until 2027-03-01.',
    });
    expect((await showOrder(bridge, REFERENCE, false)).allowed).toEqual(['cancel', 'ship']);
    await changeOrder(bridge, REFERENCE, 'ship', ADA);
    expect(held()).toBeNull();
    expect(await order()).toMatchObject({ status: 'Shipped', hold: '' });
    expect(await fake.audit()).toHaveLength(2);
  });

  it('says in its log that a provider which fetches it later does not acknowledge the hold', async () => {
    const { bridge, order, service } = await atProvider();
    const open = service.provider({ system: 'lantern' });
    const silent = { ...open, hold: async () => 'unacknowledged' as const, close: async () => undefined };
    await changeOrder({ ...bridge, providerFor: async () => silent }, REFERENCE, 'hold', ADA);
    expect(await order()).toMatchObject({ status: 'On Hold', hold: 'service' });
    expect((await order()).log.at(-1)?.what).toMatch(
      /^Held at lantern by Ada\. .* without an acknowledgement/,
    );
  });

  it('is left as it is by the next comparison with the provider', async () => {
    const { bridge, order } = await atProvider();
    await changeOrder(bridge, REFERENCE, 'hold', ADA, { holdUntil: '2027-03-01' });
    const { submission, reference } = await order();
    const provider = await bridge.providerFor();
    const parts = await provider.orderParts(submission.providerOrderId, reference);
    const before = await order();
    expect(recordProviderState(before, { parts, shipmentsReadUntil: '' }, NOW)).toBe(before);
  });

  it('changes nothing here where the provider refuses it or does not answer', async () => {
    const { bridge, order, service, fake } = await atProvider();
    const before = await order();
    service.ship(before.submission.providerOrderId);
    await expect(changeOrder(bridge, REFERENCE, 'hold', ADA)).rejects.toThrow(Rejected);
    service.isDown = true;
    await expect(changeOrder(bridge, REFERENCE, 'hold', ADA)).rejects.toThrow(Unavailable);
    expect(await order()).toEqual(before);
    expect(await fake.audit()).toEqual([]);
  });

  it('can be repeated where the answer of the provider was lost', async () => {
    const { bridge, order, service, held } = await atProvider();
    service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(changeOrder(bridge, REFERENCE, 'hold', ADA)).rejects.toThrow(AmbiguousWrite);
    expect((await order()).status).toBe('Shipped');
    await changeOrder(bridge, REFERENCE, 'hold', ADA);
    expect({ held: held(), status: (await order()).status }).toEqual({ held: '', status: 'On Hold' });
  });

  it('is not offered where the provider cannot, and a date is refused for an order that it does not have', async () => {
    const { bridge, service } = await atProvider();
    const { hold: _, release: __, ...open } = service.provider();
    const unable = { ...bridge, providerFor: async () => ({ ...open, close: async () => undefined }) };
    await expect(changeOrder(unable, REFERENCE, 'hold', ADA)).rejects.toThrow(/hold it there by hand/);
    const { bridge: unsent } = await withOrder();
    const holdUntil = '2027-03-01';
    await expect(changeOrder(unsent, REFERENCE, 'hold', ADA, { holdUntil })).rejects.toThrow(/until a date/);
  });

  it('calls no provider as a preview', async () => {
    const { bridge, held } = await atProvider();
    expect(await previewChange(bridge, REFERENCE, 'hold', ADA)).toMatchObject({ hold: 'service' });
    expect(held()).toBeNull();
  });
});

describe('closing an order short', () => {
  it('is offered for an order that left in part where its provider does not list what it still ships', async () => {
    const [first] = acceptedOrder().lines;
    const packed = [{ key: first!.key, quantity: 1, batch: '', expiry: '' }];
    const { bridge } = await withOrder({ ...acceptedOrder(), packages: [box({ contents: packed })] });
    const { openOrders: _, orderParts: __, ...silent } = new InMemoryService(() => NOW).provider();
    const withSilent = { ...bridge, providerFor: async () => ({ ...silent, close: async () => undefined }) };
    const { allowed } = await showOrder(withSilent, REFERENCE, false);
    expect(allowed).toEqual(['close-and-reorder', 'close-and-drop']);
    await changeOrder(withSilent, REFERENCE, 'close-and-reorder', ADA);
    expect(await bridge.orders.read(REFERENCE)).toMatchObject({ closedShort: { rest: 'reorder' } });
  });
});

describe('a shown order', () => {
  it('quotes the questioned address only where personal data was asked for', async () => {
    const incomplete = sale({ shippingAddress: { ...sale().shippingAddress, city: '', displayLine2: '' } });
    const { bridge } = await withOrder({}, incomplete);
    const plain = await showOrder(bridge, REFERENCE, false);
    expect(plain).toMatchObject({ waitingFor: 'hold', allowed: ['cancel', 'edit', 'ship', 'hold'] });
    expect(plain.reason).not.toContain('Orchard');
    expect((await showOrder(bridge, REFERENCE, true)).reason).toContain('12 Orchard Mews');
  });
});
