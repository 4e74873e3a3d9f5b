import { describe, expect, it } from 'vitest';
import { NotDone, Rejected } from '../../../lib/domain/errors.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { openAccount, STORE } from './account.ts';

const REFERENCE = 'SO-20417-1';
const given = sampleOrder();
const moved = sampleOrder({ shipTo: { ...given.shipTo, line1: '4 Saltmarsh Row' } });
const more = sampleOrder({ lines: [sampleLine({ quantity: 3 })] });

async function withOrder() {
  const account = await openAccount();
  const { providerOrderId: id } = await account.provider.submit(given);
  return { ...account, id };
}

describe('a changed order', () => {
  it('keeps what a packer chose, and takes what the sale changed', async () => {
    const { provider, staff, order, id } = await withOrder();
    await staff(`orders/${id}/edit`, {
      orderNumber: 'SO-20417-1 (rush)',
      carrierCode: 'stamps_com',
      serviceCode: 'usps_ground_advantage',
      packageCode: 'flat_rate_box',
      dimensions: { length: 30, width: 20, height: 10 },
      weightGrams: 1_900,
      warehouseId: 51002,
      tagIds: [1, 7],
      customField1: 'Shelf 9',
      internalNotes: 'Packed by Ann',
      warehouseLocation: 'A-3',
    });
    const before = await order(id);
    await provider.update(id, moved, [given]);
    expect(await order(id)).toEqual({
      ...before,
      shipTo: { ...before.shipTo, street1: '4 Saltmarsh Row' },
      modifyDate: expect.any(String),
    });
  });

  it('loses an edit of a packer only in the field that the sale changed', async () => {
    const { provider, staff, order, id } = await withOrder();
    await staff(`orders/${id}/edit`, {
      street1: '77 Larkspur Lane (rear door)',
      weightGrams: 1_900,
      warehouseLocation: 'A-3',
    });
    await provider.update(id, more, [given]);
    expect(await order(id)).toMatchObject({
      shipTo: { street1: '77 Larkspur Lane (rear door)' },
      items: [{ sku: 'SHADE-LINEN', quantity: 3, warehouseLocation: 'A-3' }],
      weight: { value: 1_050 },
    });
    await provider.update(id, { ...more, shipTo: moved.shipTo }, [more]);
    expect((await order(id)).shipTo.street1).toBe('4 Saltmarsh Row');
  });

  it('keeps the id, the key and the store, and a hold', async () => {
    const { provider, staff, order, call, id } = await withOrder();
    await staff(`orders/${id}/hold`, { until: '2026-03-01' });
    const before = await order(id);
    await provider.update(id, moved, [given]);
    const after = await order(id);
    expect(after).toMatchObject({ orderKey: before.orderKey, orderStatus: 'on_hold' });
    expect(after.advancedOptions.storeId).toBe(STORE);
    expect((await call('GET', '/sandbox/orders')).orders).toHaveLength(1);
  });

  it('takes the lost content of an earlier attempt for its own, not for a packer’s', async () => {
    const { provider, order, id } = await withOrder();
    await provider.update(id, moved, [given]);
    // Neither answer is known: the order may hold any of the three.
    await provider.update(id, given, [given, moved]);
    expect((await order(id)).shipTo.street1).toBe('77 Larkspur Lane');
  });

  it('is refused where the answer is a success and the order does not hold the change', async () => {
    const { provider, fault, order, id } = await withOrder();
    // As a locked order answers: with an echo of the request.
    const body = JSON.stringify({ ...(await order(id)), shipTo: { street1: '4 Saltmarsh Row' } });
    await fault({ kind: 'status', status: 200, body, match: { method: 'POST' } });
    await expect(provider.update(id, moved, [given])).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('does not hold the change') },
    });
  });

  it('is refused where a packer split it, whichever part is asked for', async () => {
    const { provider, staff, order, id } = await withOrder();
    const { orders } = await staff(`orders/${id}/split`, { itemsPerPart: 1 });
    const kept = sampleOrder({ lines: [sampleLine()] });
    await expect(provider.update(id, moved, [given, kept])).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('split') },
    });
    expect((await order(String(orders[1].orderId))).items).toHaveLength(1);
  });

  it('is refused while a fulfillment partner may pack it', async () => {
    const { provider, staff, id } = await withOrder();
    await staff(`orders/${id}/status`, { status: 'pending_fulfillment' });
    await expect(provider.update(id, moved, [given])).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('partner') },
    });
  });
});

describe('a cancelled order', () => {
  it('keeps its content and is cancelled in all its parts', async () => {
    const { provider, staff, order, id } = await withOrder();
    const { orders } = await staff(`orders/${id}/split`, { itemsPerPart: 1 });
    await provider.cancel(id, REFERENCE);
    for (const { orderId, items } of orders)
      expect(await order(String(orderId))).toMatchObject({ orderStatus: 'cancelled', items });
  });

  it('is refused where a part has left, and nothing of it changes', async () => {
    const { provider, staff, order, id } = await withOrder();
    const { orders } = await staff(`orders/${id}/split`, { itemsPerPart: 1 });
    await staff(`orders/${orders[1].orderId}/ship`);
    await expect(provider.cancel(id, REFERENCE)).rejects.toBeInstanceOf(Rejected);
    expect((await order(id)).orderStatus).toBe('awaiting_shipment');
  });

  it('is refused where it was merged, since another order would be cancelled too', async () => {
    const { provider, staff, id } = await withOrder();
    const other = await provider.submit(sampleOrder({ reference: 'SO-20418-1' }));
    const merged = await staff('orders/merge', { orderIds: [Number(id), Number(other.providerOrderId)] });
    await expect(provider.cancel(String(merged.orderId), REFERENCE)).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('SO-20418-1') },
    });
  });

  it('may not be cancelled where the answer is a success and the order does not show it', async () => {
    const { provider, fault, id } = await withOrder();
    await fault({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ orderId: Number(id), orderStatus: 'cancelled', orderKey: 'x' }),
      match: { method: 'POST' },
    });
    await expect(provider.cancel(id, REFERENCE)).rejects.toBeInstanceOf(NotDone);
    await provider.cancel(id, REFERENCE);
  });
});
