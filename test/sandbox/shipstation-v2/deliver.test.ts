import { memoryStorage } from 'dear-sandbox/kit';
import type { FulfillmentRow, LabelRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { startSandbox, stopSandboxes } from './sandbox-harness.ts';

const DAY = 24 * 3_600_000;

describe('POST /sandbox/labels/{id}/deliver', () => {
  it('marks the label as delivered, also after a restart', async () => {
    const storage = memoryStorage<never>();
    const { createOne, buyLabel, call } = await startSandbox({ storage });
    const label = await buyLabel((await createOne('SO-1-1')).shipment_id);
    const other = await buyLabel((await createOne('SO-2-1')).shipment_id);
    expect(label.tracking_status).toBe('unknown');
    const { body } = await call<LabelRow>('POST', `/sandbox/labels/${label.label_id}/deliver`);
    expect(body).toEqual({ ...label, tracking_status: 'delivered' });
    await stopSandboxes();
    const again = await startSandbox({ storage });
    const { labels } = (await again.call<{ labels: LabelRow[] }>('GET', '/v2/labels?sort_dir=asc')).body;
    expect(labels).toEqual([{ ...label, tracking_status: 'delivered' }, other]);
  });

  it('refuses a voided or unknown label', async () => {
    const { createOne, buyLabel, call } = await startSandbox();
    const { label_id } = await buyLabel((await createOne('SO-1-1')).shipment_id);
    await call('PUT', `/v2/labels/${label_id}/void`);
    expect((await call('POST', `/sandbox/labels/${label_id}/deliver`)).status).toBe(400);
    expect((await call<LabelRow>('GET', `/v2/labels/${label_id}`)).body.tracking_status).toBe('unknown');
    expect((await call('POST', '/sandbox/labels/se-1/deliver')).status).toBe(404);
  });
});

describe('POST /sandbox/fulfillments/{id}/deliver', () => {
  async function shipped(storage = memoryStorage<never>()) {
    const sandbox = await startSandbox({ storage });
    const { shipment_id } = await sandbox.createOne('SO-1-1');
    const row = { shipment_id, tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await sandbox.call('POST', '/v2/fulfillments', { fulfillments: [row] });
    const [fulfillment] = await listed(sandbox);
    return { ...sandbox, path: `/sandbox/fulfillments/${fulfillment!.fulfillment_id}` };
  }
  const listed = async ({ call }: Pick<Awaited<ReturnType<typeof startSandbox>>, 'call'>) =>
    (await call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments')).body.fulfillments;

  it('keeps the time of the first delivery, also after a restart', async () => {
    const storage = memoryStorage<never>();
    const sandbox = await shipped(storage);
    await sandbox.timeline.advance(2 * DAY);
    const arrived = new Date(sandbox.timeline.now()).toISOString();
    const { body } = await sandbox.call<FulfillmentRow>('POST', `${sandbox.path}/deliver`);
    expect(body.delivered_at).toBe(arrived);
    await sandbox.timeline.advance(DAY);
    await sandbox.call('POST', `${sandbox.path}/deliver`);
    await stopSandboxes();
    expect(await listed(await startSandbox({ storage }))).toMatchObject([{ delivered_at: arrived }]);
  });

  it('refuses a voided or unknown fulfillment', async () => {
    const sandbox = await shipped();
    await sandbox.call('POST', `${sandbox.path}/void`);
    expect((await sandbox.call('POST', `${sandbox.path}/deliver`)).status).toBe(400);
    expect(await listed(sandbox)).toMatchObject([{ delivered_at: null }]);
    expect((await sandbox.call('POST', '/sandbox/fulfillments/se-1/deliver')).status).toBe(404);
  });
});
