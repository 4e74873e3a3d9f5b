import { memoryStorage } from 'dear-sandbox/kit';
import { describe, expect, it } from 'vitest';
import { startSandbox, stopSandboxes } from './sandbox-harness.ts';

describe('automatic shipping', () => {
  const MINUTE = 60_000;

  it('ships each shipment the set time after it was created', async () => {
    const { createOne, timeline, shipmentById } = await startSandbox({
      shipsByItself: { afterMs: 5 * MINUTE },
    });
    const { shipment_id } = await createOne('SO-1-1');
    await timeline.advance(5 * MINUTE - 1);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    await timeline.advance(1);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
  });

  it('does not ship a cancelled shipment', async () => {
    const { createOne, timeline, call, shipmentById } = await startSandbox({
      shipsByItself: { afterMs: MINUTE },
    });
    const { shipment_id } = await createOne('SO-1-1');
    await call('PUT', `/v2/shipments/${shipment_id}/cancel`, {});
    await timeline.advance(2 * MINUTE);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('cancelled');
  });

  it('can be switched on and off', async () => {
    const { createOne, timeline, call, shipmentById } = await startSandbox();
    const first = await createOne('SO-1-1');
    await timeline.advance(10 * MINUTE);
    expect((await shipmentById(first.shipment_id)).shipment_status).toBe('pending');
    await call('PATCH', '/sandbox/settings', { shipsByItself: { afterMs: MINUTE } });
    await timeline.advance(0);
    expect((await shipmentById(first.shipment_id)).shipment_status).toBe('label_purchased');
    await call('PATCH', '/sandbox/settings', { shipsByItself: null });
    const second = await createOne('SO-2-1');
    await timeline.advance(10 * MINUTE);
    expect((await shipmentById(second.shipment_id)).shipment_status).toBe('pending');
  });

  it('applies a changed setting to pending shipments too', async () => {
    const { createOne, timeline, call, shipmentById } = await startSandbox({
      shipsByItself: { afterMs: 5 * MINUTE },
    });
    const { shipment_id } = await createOne('SO-1-1');
    await call('PATCH', '/sandbox/settings', { shipsByItself: { afterMs: 10 * MINUTE } });
    await timeline.advance(6 * MINUTE);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    await timeline.advance(4 * MINUTE);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
  });

  it('ships pending shipments after a restart', async () => {
    const storage = memoryStorage<never>();
    const first = await startSandbox({ storage, shipsByItself: { afterMs: 5 * MINUTE } });
    const { shipment_id } = await first.createOne('SO-1-1');
    await stopSandboxes();
    const second = await startSandbox({ storage });
    await second.timeline.advance(5 * MINUTE);
    expect((await second.shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
  });
});
