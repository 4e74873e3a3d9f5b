import type { ShipmentRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

const MINUTE = 60_000;

describe('a list that lags behind', () => {
  async function late() {
    const sandbox = await startSandbox();
    const { call, createOne, timeline } = sandbox;
    await call('PATCH', '/sandbox/settings', { listLagMs: 2 * MINUTE });
    const listed = async () =>
      (await call<{ shipments: ShipmentRow[] }>('GET', '/v2/shipments')).body.shipments.map(
        ({ shipment_number, shipment_status }) => `${shipment_number} ${shipment_status}`,
      );
    const { shipment_id: id } = await createOne('SO-1-1');
    await timeline.advance(10 * MINUTE);
    return { ...sandbox, listed, id };
  }

  it('shows a new shipment late', async () => {
    const { createOne, listed, timeline } = await late();
    await createOne('SO-2-1');
    expect(await listed()).toEqual(['SO-1-1 pending']);
    await timeline.advance(2 * MINUTE);
    expect(await listed()).toEqual(['SO-2-1 pending', 'SO-1-1 pending']);
  });

  it('shows each change of a shipment late, and the read by its id shows it at once', async () => {
    const { call, id, listed, shipmentById, timeline } = await late();
    await call('PUT', `/v2/shipments/${id}/hold`, { hold_until_date: '2026-02-01' });
    await timeline.advance(MINUTE);
    await call('PUT', `/v2/shipments/${id}/cancel`, {});
    expect((await shipmentById(id)).shipment_status).toBe('cancelled');
    expect(await listed()).toEqual(['SO-1-1 pending']);
    await timeline.advance(MINUTE);
    expect(await listed()).toEqual(['SO-1-1 on_hold']);
    await timeline.advance(MINUTE);
    expect(await listed()).toEqual(['SO-1-1 cancelled']);
  });

  it('shows a deleted shipment for a while', async () => {
    const { call, id, listed, timeline } = await late();
    await call('DELETE', `/sandbox/shipments/${id}`);
    expect(await listed()).toEqual(['SO-1-1 pending']);
    await timeline.advance(2 * MINUTE);
    expect(await listed()).toEqual([]);
  });

  it('does not lag by default', async () => {
    const { call, id, listed } = await late();
    await call('PATCH', '/sandbox/settings', { listLagMs: 0 });
    await call('PUT', `/v2/shipments/${id}/cancel`, {});
    expect(await listed()).toEqual(['SO-1-1 cancelled']);
  });
});
