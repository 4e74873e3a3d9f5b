import { describe, expect, it } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { MINUTE, openAccount } from './account.ts';

const REFERENCE = 'SO-20417-1';

/** An order that the lists show as it was for ten minutes after each change. */
async function withLateLists() {
  const account = await openAccount();
  const { providerOrderId: id } = await account.provider.submit(sampleOrder());
  await account.set({ listLagMs: 10 * MINUTE });
  const getStates = async () =>
    (await account.provider.orderParts(id, REFERENCE)).map(({ state }) => state).sort();
  return { ...account, id, getStates };
}

describe('lists that are late', () => {
  it('hide no cancellation, shipment or deletion of an order', async () => {
    const { provider, staff, call, id, getStates } = await withLateLists();
    await staff(`orders/${id}/cancel`);
    expect(await getStates()).toEqual(['cancelled']);
    expect(await provider.find(REFERENCE)).toEqual([{ providerOrderId: id, cancelled: true }]);
    await staff(`orders/${id}/restore`);
    await staff(`orders/${id}/ship`);
    expect(await getStates()).toEqual(['left']);
    await call('DELETE', `/sandbox/orders/${id}`);
    expect(await getStates()).toEqual([]);
    expect(await provider.find(REFERENCE)).toEqual([]);
  });

  it('let no part be cancelled after another has left', async () => {
    const { provider, staff, timeline, id, getStates } = await withLateLists();
    const { orders } = await staff(`orders/${id}/split`, { itemsPerPart: 1 });
    await timeline.advance(11 * MINUTE);
    await staff(`orders/${orders[1].orderId}/ship`);
    await expect(provider.cancel(id, REFERENCE)).rejects.toBeInstanceOf(Rejected);
    expect(await getStates()).toEqual(['left', 'open']);
  });

  it('lead to one order where one is created again that they do not show', async () => {
    const { provider, call, timeline } = await withLateLists();
    const order = sampleOrder({ reference: 'SO-20418-1' });
    const first = await provider.submit(order);
    expect(await provider.find('SO-20418-1')).toEqual([]);
    expect(await provider.submit(order, true)).toEqual(first);
    await timeline.advance(11 * MINUTE);
    expect(await provider.find('SO-20418-1')).toEqual([first]);
    expect((await call('GET', '/sandbox/orders')).orders).toHaveLength(2);
  });
});
