import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

const DAY = 24 * 3_600_000;

/** The clock starts on 5 January 2026. */
describe('PUT /v2/shipments/{id}/hold', () => {
  it('holds a shipment, for which no label can be bought, until its date has come', async () => {
    const { createOne, call, shipmentById, timeline } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const hold = { hold_until_date: '2026-01-08T17:30:00Z' };
    const { status, body } = await call('PUT', `/v2/shipments/${shipment_id}/hold`, hold);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { shipment_status: 'on_hold', hold_until_date: '2026-01-08T00:00:00Z' },
    });
    await timeline.advance(3 * DAY - 1);
    expect((await call('POST', `/v2/labels/shipment/${shipment_id}`)).status).toBe(400);
    await timeline.advance(1);
    expect(await shipmentById(shipment_id)).toMatchObject({
      shipment_status: 'pending',
      hold_until_date: null,
    });
    expect((await call('POST', `/v2/labels/shipment/${shipment_id}`)).status).toBe(200);
  });

  it('replaces the date of a held shipment', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    for (const hold_until_date of ['2026-01-08', '2026-02-01'])
      await call('PUT', `/v2/shipments/${shipment_id}/hold`, { hold_until_date });
    expect((await shipmentById(shipment_id)).hold_until_date).toBe('2026-02-01T00:00:00Z');
  });

  it.each([
    {},
    { hold_until_date: '2026-01-05' },
    { hold_until_date: '2025-12-31' },
    { hold_until_date: 'soon' },
  ])('refuses %j', async (body) => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    expect((await call('PUT', `/v2/shipments/${shipment_id}/hold`, body)).status).toBe(400);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
  });

  it('refuses a shipment that was shipped or cancelled', async () => {
    const { createOne, call, buyLabel } = await startSandbox();
    const { shipment_id: shipped } = await createOne('SO-1-1');
    await buyLabel(shipped);
    const { shipment_id: cancelled } = await createOne('SO-2-1');
    await call('PUT', `/v2/shipments/${cancelled}/cancel`, {});
    for (const id of [shipped, cancelled])
      expect((await call('PUT', `/v2/shipments/${id}/hold`, { hold_until_date: '2026-02-01' })).status).toBe(
        400,
      );
  });
});

describe('PUT /v2/shipments/{id}/restore', () => {
  it('releases a held shipment, and refuses one that is not held', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await call('PUT', `/v2/shipments/${shipment_id}/hold`, { hold_until_date: '2026-02-01' });
    expect((await call('PUT', `/v2/shipments/${shipment_id}/restore`, {})).status).toBe(200);
    expect(await shipmentById(shipment_id)).toMatchObject({
      shipment_status: 'pending',
      hold_until_date: null,
    });
    expect((await call('PUT', `/v2/shipments/${shipment_id}/restore`, {})).status).toBe(400);
  });
});
