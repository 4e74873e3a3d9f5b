import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

describe('POST /sandbox/shipments/merge', () => {
  it('creates one shipment with all items and deletes the merged ones', async () => {
    const { createOne, call } = await startSandbox();
    const first = await createOne('SO-1-1');
    const second = await createOne('SO-2-1');
    const shipment_ids = [first.shipment_id, second.shipment_id];
    const { body } = await call('POST', '/sandbox/shipments/merge', { shipment_ids });
    expect(body).toMatchObject({ external_shipment_id: null, shipment_status: 'pending' });
    for (const id of shipment_ids) expect((await call('GET', `/v2/shipments/${id}`)).status).toBe(404);
  });
});

describe('cancelled, deleted and held shipments on the screen', () => {
  it('restores cancelled shipments only', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const restore = () => call('POST', `/sandbox/shipments/${shipment_id}/restore`);
    expect((await restore()).status).toBe(400);
    await call('PUT', `/v2/shipments/${shipment_id}/cancel`, {});
    expect((await restore()).status).toBe(200);
    expect(await shipmentById(shipment_id)).toMatchObject({ shipment_status: 'pending' });
  });

  it('holds a shipment until a date, which release removes', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await call('POST', `/sandbox/shipments/${shipment_id}/hold`, { hold_until_date: '2026-03-09' });
    expect(await shipmentById(shipment_id)).toMatchObject({
      shipment_status: 'on_hold',
      hold_until_date: '2026-03-09T00:00:00Z',
    });
    await call('POST', `/sandbox/shipments/${shipment_id}/release`);
    expect(await shipmentById(shipment_id)).toMatchObject({
      shipment_status: 'pending',
      hold_until_date: null,
    });
  });
});
