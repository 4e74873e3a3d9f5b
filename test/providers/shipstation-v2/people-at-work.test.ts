import { manualTimeline } from 'dear-sandbox/kit';
import { type FulfillmentRow, type ShipmentRow, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import { shipStationV2 } from '../../../lib/providers/shipstation-v2/provider.ts';
import { deliveriesSince } from '../../contract/delivery-contract.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { sandboxCaller } from '../../contract/sandbox-caller.ts';
import { pagesSince, shipmentsSince, withdrawnSince } from '../../contract/service-under-test.ts';

const DAY = 24 * 3_600_000;

/** Actions of people in ShipStation, and what the provider reports of them. */
describe('shipStationV2 with people at work in ShipStation', () => {
  const closing: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function open() {
    const timeline = manualTimeline();
    const sandbox = await startShipStationSandbox({ port: 0, apiKey: 'k-1', timeline });
    const settings = { baseUrl: sandbox.url, warehouseId: 'se-1001' };
    const provider = shipStationV2({ system: 'shipstation', settings, apiKey: 'k-1', now: timeline.now });
    closing.push(sandbox.close, provider.close);
    const call = sandboxCaller(sandbox.url, { 'api-key': 'k-1' });
    const submit = async () => (await provider.submit(sampleOrder())).providerOrderId;
    const shipment = (id: string) => call<ShipmentRow>('GET', `/v2/shipments/${id}`);
    return { timeline, sandbox, provider, call, submit, shipment };
  }

  const changed = sampleOrder({ lines: [sampleLine({ quantity: 6 })], customerNotes: '' });

  it('changes an order and keeps what a packer decided', async () => {
    const { provider, call, submit, shipment } = await open();
    const id = await submit();
    const dimensions = { length: 30, width: 20, height: 15 };
    const edit = {
      warehouseId: 'se-1002',
      carrierId: 'se-2003',
      serviceCode: 'fedex_2day',
      tags: ['fragile'],
    };
    await call('POST', `/sandbox/shipments/${id}/edit`, { ...edit, dimensions });
    await provider.update(id, changed, [sampleOrder()]);
    const after = await shipment(id);
    expect(after).toMatchObject({
      warehouse_id: 'se-1002',
      carrier_id: 'se-2003',
      service_code: 'fedex_2day',
      tags: [{ name: 'fragile' }],
      items: [{ quantity: 6 }],
      packages: [
        { weight: { value: 2100, unit: 'gram' }, dimensions: { unit: 'centimeter', ...dimensions } },
      ],
    });
    expect(after).not.toHaveProperty('notes_from_buyer');
  });

  it('does not change an order that is on hold', async () => {
    const { provider, call, submit } = await open();
    const id = await submit();
    await call('POST', `/sandbox/shipments/${id}/hold`);
    await expect(provider.update(id, changed, [sampleOrder()])).rejects.toBeInstanceOf(Rejected);
  });

  /** It is not documented which ids a split order keeps, so every combination is tested. */
  const LOSABLE = ['external_shipment_id', 'external_order_id', 'items.external_order_id', 'sales_order_ids'];
  const readings = Array.from({ length: 2 ** LOSABLE.length }, (_, bits) =>
    LOSABLE.filter((__, index) => (bits >> index) % 2 === 1),
  );

  const cases = readings.flatMap((loses) =>
    [false, true].map((inLists) => [loses.join(', ') || 'nothing more', inLists, loses] as const),
  );

  it.each(cases)(
    'does not change a split order, and finds the parcels of all parts, where the parts lose %s, the number only in lists: %s',
    async (_, numberInListsOnly, loses) => {
      const { sandbox, provider, call, submit, shipment } = await open();
      await call('PATCH', '/sandbox/settings', { numberInListsOnly });
      const id = await submit();
      const { shipments } = await call<{ shipments: ShipmentRow[] }>(
        'POST',
        `/sandbox/shipments/${id}/split`,
        {
          itemsPerPart: 1,
          loses,
        },
      );
      const before = await shipment(id);
      const notesOnly = sampleOrder({ customerNotes: 'Ring twice' });
      for (const content of [changed, notesOnly]) {
        await expect(provider.update(id, content, [sampleOrder()])).rejects.toMatchObject({
          details: { upstreamMessage: expect.stringContaining('split into 2') },
        });
      }
      expect(await shipment(id)).toEqual(before);
      expect(sandbox.calls().some(({ method, path }) => method === 'PUT' && path.endsWith(id))).toBe(false);
      for (const part of shipments) await call('POST', `/v2/labels/shipment/${part.shipment_id}`);
      const parcels = await shipmentsSince(provider, null);
      expect(parcels.map(({ reference, contents }) => [reference, contents])).toEqual(
        ['line-1', 'line-2'].map((key) => ['SO-20417-1', [expect.objectContaining({ key, quantity: 2 })]]),
      );
    },
  );

  it('names an order of another app with our number, where only lists have the number', async () => {
    const { provider, call, submit, shipment } = await open();
    const row = await shipment(await submit());
    await call('POST', `/sandbox/shipments/${row.shipment_id}/cancel`);
    await call('PATCH', '/sandbox/settings', { numberInListsOnly: true });
    const items = [{ sku: 'SHIRT-L', quantity: 1 }];
    const {
      ship_to,
      packages: [box],
    } = row;
    const theirs = { shipment_number: 'SO-9-1', warehouse_id: 'se-1001', ship_to, items };
    const packages = [{ weight: box!.weight }];
    const made = await call<{ shipments: ShipmentRow[] }>('POST', '/v2/shipments', {
      shipments: [{ ...theirs, packages }],
    });
    expect(await provider.foreignOrders('SO-9-1', ['SHADE-LINEN'])).toEqual([made.shipments[0]!.shipment_id]);
  });

  it('withdraws a package that was marked as shipped without a label and then voided', async () => {
    const { timeline, provider, call, submit } = await open();
    const row = { shipment_id: await submit(), tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await call('POST', '/v2/fulfillments', { fulfillments: [row] });
    const { cursor } = (await pagesSince(provider, null)).at(-1)!;
    await timeline.advance(3 * DAY);
    const list = await call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments');
    const { fulfillment_id } = list.fulfillments[0]!;
    await call('POST', `/sandbox/fulfillments/${fulfillment_id}/void`);
    expect(await withdrawnSince(provider, cursor)).toEqual([`SO-20417-1 fulfillment:${fulfillment_id}`]);
  });

  it('reports the delivery of a package that was marked as shipped without a label', async () => {
    const { timeline, sandbox, provider, call, submit } = await open();
    const made = new Date(timeline.now()).toISOString();
    const row = { shipment_id: await submit(), tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await call('POST', '/v2/fulfillments', { fulfillments: [row] });
    const [shipped] = await shipmentsSince(provider, null);
    expect(await deliveriesSince(provider, made)).toEqual([]);
    await timeline.advance(3 * DAY);
    const list = await call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments');
    await call('POST', `/sandbox/fulfillments/${list.fulfillments[0]!.fulfillment_id}/deliver`);
    const before = sandbox.calls().length;
    expect(await deliveriesSince(provider, made)).toEqual([
      { id: shipped!.id, deliveredAt: new Date(timeline.now()).toISOString() },
    ]);
    expect(
      sandbox
        .calls()
        .slice(before)
        .map(({ path }) => path),
    ).toEqual(['/v2/labels', '/v2/fulfillments']);
  });

  it('reports a problem of the carrier with its words, and the time of a delivery', async () => {
    const { timeline, provider, call, submit } = await open();
    const made = new Date(timeline.now()).toISOString();
    const { label_id } = await call<{ label_id: string }>('POST', `/v2/labels/shipment/${await submit()}`);
    const troubled = async () => {
      const pages = await Array.fromAsync(provider.deliveries(made, null));
      return pages.flatMap((page) => page.troubled ?? []);
    };
    const news = () => provider.carrierNews?.(`label:${label_id}`);
    expect(await troubled()).toEqual([]);
    expect(await news()).toEqual({ deliveredAt: '', problem: '' });
    const description = 'The street has no number 12.';
    await call('POST', `/sandbox/labels/${label_id}/scan`, { status: 'error', description });
    expect(await troubled()).toEqual([`label:${label_id}`]);
    expect(await news()).toEqual({ deliveredAt: '', problem: description });
    await timeline.advance(DAY);
    const arrival = new Date(timeline.now()).toISOString();
    await call('POST', `/sandbox/labels/${label_id}/deliver`);
    await timeline.advance(DAY);
    expect(await troubled()).toEqual([]);
    expect(await news()).toEqual({ deliveredAt: arrival, problem: '' });
    expect(await provider.carrierNews?.('label:se-1')).toBeNull();
    expect(await provider.carrierNews?.('fulfillment:se-1')).toBeNull();
  });

  it('reads three lists in a pass without news, however much was voided before', async () => {
    const { timeline, sandbox, provider, call, submit } = await open();
    const id = await submit();
    for (let times = 0; times < 4; times += 1) {
      const { label_id } = await call<{ label_id: string }>('POST', `/v2/labels/shipment/${id}`);
      await call('PUT', `/v2/labels/${label_id}/void`);
    }
    const { cursor } = (await pagesSince(provider, null)).at(-1)!;
    await timeline.advance(3_600_000);
    const before = sandbox.calls().length;
    expect(await withdrawnSince(provider, cursor)).toHaveLength(4);
    const asked = sandbox.calls().slice(before);
    expect(asked.map(({ path, query }) => [path, query.label_status])).toEqual([
      ['/v2/labels', undefined],
      ['/v2/fulfillments', undefined],
      ['/v2/labels', 'voided'],
    ]);
  });
});
