import type { FulfillmentRow, LabelRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

const DAY = 24 * 3_600_000;

describe('labels', () => {
  it('are bought once for a shipment, with the requested carrier', async () => {
    const { createOne, buyLabel, shipmentById, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const label = await buyLabel(shipment_id, { carrier_code: 'stamps_com' });
    expect(label).toMatchObject({
      status: 'completed',
      external_shipment_id: expect.stringMatching(/^SEAuto-/),
      external_order_id: null,
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

  it('can be voided once, after which the shipment is pending', async () => {
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

  it('can be voided for 30 days', async () => {
    const { createOne, buyLabel, timeline, call } = await startSandbox();
    const early = await buyLabel((await createOne('SO-1-1')).shipment_id);
    await timeline.advance(DAY);
    const late = await buyLabel((await createOne('SO-2-1')).shipment_id);
    await timeline.advance(30 * DAY);
    expect((await call('PUT', `/v2/labels/${early.label_id}/void`)).body).toMatchObject({
      approved: false,
      reason_code: 'label_not_found_within_void_period',
    });
    expect((await call('PUT', `/v2/labels/${late.label_id}/void`)).body).toMatchObject({ approved: true });
    const voided = await call<{ labels: LabelRow[] }>('GET', '/v2/labels?label_status=voided');
    expect(voided.body.labels.map((label) => label.label_id)).toEqual([late.label_id]);
  });

  it('have an external id of their own by default', async () => {
    const { createOne, buyLabel } = await startSandbox();
    const own = await buyLabel((await createOne('SO-1-1')).shipment_id);
    expect(own.external_shipment_id).toMatch(/^SEAuto-/);
    const { shipment_id } = await createOne('SO-2-1');
    expect((await buyLabel(shipment_id, { external_shipment_id: 'mine' })).external_shipment_id).toBe('mine');
  });

  it('ship nothing as test labels', async () => {
    const { createOne, buyLabel, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    expect(await buyLabel(shipment_id, { test_label: true })).toMatchObject({ test_label: true });
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
  });

  it('can be bought for a return, unless the first label is voided or a return', async () => {
    const { createOne, buyLabel, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const { label_id } = await buyLabel(shipment_id);
    const back = (await call<LabelRow>('POST', `/v2/labels/${label_id}/return`)).body;
    expect(back).toMatchObject({ is_return_label: true, shipment_id });
    expect((await call('POST', `/v2/labels/${back.label_id}/return`)).status).toBe(400);
    await call('PUT', `/v2/labels/${back.label_id}/void`);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('label_purchased');
    await call('PUT', `/v2/labels/${label_id}/void`);
    expect((await call('POST', `/v2/labels/${label_id}/return`)).status).toBe(400);
  });

  it('are listed from a time on, oldest first', async () => {
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
  it('are created for pending shipments, with an error message for others', async () => {
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

describe('POST /sandbox/fulfillments/{id}/void', () => {
  it('makes the shipment pending again and is refused twice', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const row = { shipment_id, tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await call('POST', '/v2/fulfillments', { fulfillments: [row] });
    const list = () => call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments');
    const path = `/sandbox/fulfillments/${(await list()).body.fulfillments[0]!.fulfillment_id}/void`;
    expect((await call('POST', path)).status).toBe(200);
    expect((await list()).body.fulfillments).toMatchObject([{ shipment_id, voided: true }]);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    expect((await call('POST', path)).status).toBe(400);
    expect((await call('POST', '/sandbox/fulfillments/se-1/void')).status).toBe(404);
  });
});
