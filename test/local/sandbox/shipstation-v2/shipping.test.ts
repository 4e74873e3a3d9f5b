import { describe, expect, it } from 'vitest';
import type { FulfillmentRow, LabelRow } from '../../../../lib/local/sandbox/shipstation-v2/state.ts';
import { memoryStorage } from '../../../../lib/local/sandbox/storage.ts';
import { startSandbox, stopSandboxes } from './sandbox-harness.ts';

describe('labels', () => {
  it('are bought once for a shipment, by the carrier that was asked for', async () => {
    const { createOne, buyLabel, shipmentById, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const label = await buyLabel(shipment_id, { carrier_code: 'stamps_com' });
    expect(label).toMatchObject({
      status: 'completed',
      external_shipment_id: 'SO-1-1',
      external_order_id: 'SO-1-1',
      carrier_code: 'stamps_com',
      is_return_label: false,
      voided: false,
    });
    expect(label.shipment_cost.amount).toBeGreaterThan(0);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
    expect((await call('POST', `/v2/labels/shipment/${shipment_id}`, {})).status).toBe(400);
  });

  it('have a tracking number for each package, all different', async () => {
    const { createOne, buyLabel } = await startSandbox();
    const box = { weight: { value: 500, unit: 'gram' } };
    const { shipment_id } = await createOne('SO-1-1', { packages: [box, box, box] });
    const { packages, tracking_number } = await buyLabel(shipment_id);
    expect(new Set(packages.map((each) => each.tracking_number)).size).toBe(3);
    expect(tracking_number).toBe(packages[0]?.tracking_number);
  });

  it('can be voided once, which makes the shipment pending again', async () => {
    const { createOne, buyLabel, shipmentById, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const { label_id } = await buyLabel(shipment_id);
    const path = `/v2/labels/${label_id}/void`;
    expect((await call('PUT', path)).body).toMatchObject({ approved: true });
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    expect((await call('PUT', path)).body).toMatchObject({
      approved: false,
      reason_code: 'label_already_voided',
    });
    await buyLabel(shipment_id);
    const { labels } = (await call<{ labels: LabelRow[] }>('GET', '/v2/labels?label_status=completed')).body;
    expect(labels.map((label) => label.label_id)).not.toContain(label_id);
  });

  it('are listed from a moment on, oldest first', async () => {
    const { createOne, buyLabel, timeline, call } = await startSandbox();
    const made: string[] = [];
    for (const reference of ['SO-1-1', 'SO-2-1', 'SO-3-1']) {
      made.push((await buyLabel((await createOne(reference)).shipment_id)).label_id);
      await timeline.advance(60_000);
    }
    const since = new Date(timeline.now() - 120_000).toISOString();
    const query = `created_at_start=${since}&sort_by=created_at&sort_dir=asc`;
    const { labels } = (await call<{ labels: LabelRow[] }>('GET', `/v2/labels?${query}`)).body;
    expect(labels.map((label) => label.label_id)).toEqual(made.slice(1));
  });
});

describe('fulfillments', () => {
  it('mark what can be marked, and say why the rest cannot', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const row = { tracking_number: 'DH1', carrier_code: 'dhl_express' };
    const { body } = await call<{
      has_errors: boolean;
      fulfillments: Array<{ error_message: string | null }>;
    }>('POST', '/v2/fulfillments', {
      fulfillments: [
        { ...row, shipment_id },
        { ...row, shipment_id },
        { ...row, shipment_id: 'se-1' },
      ],
    });
    expect(body.has_errors).toBe(true);
    expect(body.fulfillments.map((each) => each.error_message === null)).toEqual([true, false, false]);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
    const { fulfillments } = (await call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments')).body;
    expect(fulfillments).toMatchObject([
      { shipment_id, tracking_number: 'DH1', fulfillment_service_code: 'ext' },
    ]);
  });
});

describe('a warehouse that ships by itself', () => {
  const MINUTE = 60_000;

  it('ships each order so long after it came', async () => {
    const { createOne, timeline, shipmentById } = await startSandbox({
      shipsByItself: { afterMs: 5 * MINUTE },
    });
    const { shipment_id } = await createOne('SO-1-1');
    await timeline.advance(5 * MINUTE - 1);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    await timeline.advance(1);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
  });

  it('leaves cancelled orders alone', async () => {
    const { createOne, timeline, call, shipmentById } = await startSandbox({
      shipsByItself: { afterMs: MINUTE },
    });
    const { shipment_id } = await createOne('SO-1-1');
    await call('PUT', `/v2/shipments/${shipment_id}/cancel`, {});
    await timeline.advance(2 * MINUTE);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('cancelled');
  });

  it('can be told to begin and to stop', async () => {
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

  it('follows a change also for the orders that were waiting already', async () => {
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

  it('goes on after a restart with what was waiting', async () => {
    const storage = memoryStorage<never>();
    const first = await startSandbox({ storage, shipsByItself: { afterMs: 5 * MINUTE } });
    const { shipment_id } = await first.createOne('SO-1-1');
    await stopSandboxes();
    const second = await startSandbox({ storage });
    await second.timeline.advance(5 * MINUTE);
    expect((await second.shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
  });
});
