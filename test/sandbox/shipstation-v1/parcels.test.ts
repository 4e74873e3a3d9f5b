import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { order, startHarness } from './sandbox-harness.ts';

describe('parcels of the V1 sandbox', () => {
  const label = (orderId: number) => ({
    orderId,
    carrierCode: 'ups_walleted',
    serviceCode: 'ups_ground',
    confirmation: 'none',
    shipDate: '2026-01-05',
    testLabel: false,
  });

  it('buys a label for an order, with its items only where they are asked for', async () => {
    const { ok } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    const bought = await ok('POST', '/orders/createlabelfororder', label(orderId));
    expect((await ok('GET', `/orders/${orderId}`)).orderStatus).toBe('shipped');
    const [bare] = (await ok('GET', '/shipments')).shipments;
    expect(bare).toMatchObject({ trackingNumber: bought.trackingNumber, voided: false, shipmentItems: null });
    const [full] = (await ok('GET', '/shipments?includeShipmentItems=true')).shipments;
    expect(full.shipmentItems).toMatchObject([{ lineItemKey: 'a', quantity: 3 }, { sku: 'BOWL' }]);
  });

  it('does not ship an order twice', async () => {
    const { ok, call } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    await ok('POST', '/orders/createlabelfororder', label(orderId));
    expect((await call('POST', '/orders/createlabelfororder', label(orderId))).status).toBe(400);
  });

  it('voids a label once, lists it by the time of the void, and answers a refusal with success', async () => {
    const { ok, timeline } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    const { shipmentId } = await ok('POST', '/orders/createlabelfororder', label(orderId));
    await timeline.advance(9 * 86_400_000);
    expect(await ok('POST', '/shipments/voidlabel', { shipmentId })).toMatchObject({ approved: true });
    expect(await ok('POST', '/shipments/voidlabel', { shipmentId })).toMatchObject({ approved: false });
    const since = (date: string) => ok('GET', `/shipments?voidDateStart=${date}`);
    expect((await since('2026-01-14')).shipments).toMatchObject([
      { shipmentId, voided: true, voidDate: '2026-01-14T09:15:00.0000000' },
    ]);
    expect((await since('2026-01-15')).total).toBe(0);
    expect((await ok('GET', `/orders/${orderId}`)).orderStatus).toBe('awaiting_shipment');
  });

  it('lists an order that is marked as shipped as a fulfillment without items', async () => {
    const { ok } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    const mark = { orderId, carrierCode: 'dhl', trackingNumber: 'JD0001' };
    expect(await ok('POST', '/orders/markasshipped', mark)).toEqual({ orderId, orderNumber: 'SO-1-1' });
    expect((await ok('GET', '/shipments')).total).toBe(0);
    const [row] = (await ok('GET', '/fulfillments')).fulfillments;
    expect(row).toMatchObject({ orderId, trackingNumber: 'JD0001', shipDate: '2026-01-05T00:00:00.0000000' });
    expect(row).not.toHaveProperty('shipmentItems');
    expect((await ok('GET', `/orders/${orderId}`)).externallyFulfilled).toBe(true);
  });

  it('sends an unsigned webhook once, which names only where to look', async () => {
    const bodies: unknown[] = [];
    const receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        bodies.push({
          body: JSON.parse(text),
          query: request.url,
          signed: 'x-shipengine-timestamp' in request.headers,
        });
        response.statusCode = 500;
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const { ok, timeline, url } = await startHarness();
    await ok('POST', '/webhooks/subscribe', {
      target_url: `http://127.0.0.1:${port}/hook?token=t`,
      event: 'SHIP_NOTIFY',
      store_id: null,
      friendly_name: 'mine',
    });
    expect((await ok('GET', '/webhooks')).webhooks).toMatchObject([
      { HookType: 'SHIP_NOTIFY', Name: 'mine' },
    ]);
    const { orderId } = await ok('POST', '/orders/createorder', order());
    await ok('POST', `/sandbox/orders/${orderId}/ship`, {});
    await timeline.advance(60_000);
    expect(bodies).toEqual([
      {
        body: {
          resource_url: expect.stringMatching(`^${url}/shipments\\?batchId=\\d+&includeShipmentItems=False$`),
          resource_type: 'SHIP_NOTIFY',
        },
        query: '/hook?token=t',
        signed: false,
      },
    ]);
  });

  it('ships a part of an order; the rest becomes an order of its own', async () => {
    const { ok } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    await ok('POST', `/sandbox/orders/${orderId}/ship`, { lines: [{ sku: 'CUP', quantity: 2 }] });
    const [parcel] = (await ok('GET', '/shipments?includeShipmentItems=true')).shipments;
    expect(parcel.shipmentItems).toMatchObject([{ sku: 'CUP', quantity: 2 }]);
    const { orders } = await ok('GET', '/orders?orderStatus=awaiting_shipment');
    expect(orders).toMatchObject([{ items: [{ sku: 'CUP', quantity: 1 }, { sku: 'BOWL' }] }]);
  });

  it('ships by itself after the set time', async () => {
    const { ok, timeline } = await startHarness({ shipsByItself: { afterMs: 5_000 } });
    await ok('POST', '/orders/createorder', order());
    await timeline.advance(4_000);
    expect((await ok('GET', '/shipments')).total).toBe(0);
    await timeline.advance(1_000);
    expect((await ok('GET', '/shipments')).total).toBe(1);
  });

  it('lists active products, and the others on request', async () => {
    const { ok } = await startHarness({ products: ['CUP', 'BOWL'] });
    await ok('POST', '/sandbox/products', { sku: 'OLD', active: false });
    expect((await ok('GET', '/products')).total).toBe(2);
    expect((await ok('GET', '/products?showInactive=true')).total).toBe(3);
  });
});
