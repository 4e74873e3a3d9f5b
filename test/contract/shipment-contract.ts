import { describe, expect, it } from 'vitest';
import { sampleLine, sampleOrder } from './sample-order.ts';
import { getLines, having, type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';

/** Reports of shipped parcels. */
export function describeShipments(service: () => ServiceUnderTest): void {
  describe('shipmentsSince', () => {
    it('reports the goods of a parcel, its carrier and its tracking number', async () => {
      const id = await submit(service(), 'SO-20417-1');
      const tracking = await service().ship(id);
      const [shipment, ...others] = await shipmentsSince(service().provider, null);
      expect(others).toEqual([]);
      expect(shipment).toMatchObject({
        reference: 'SO-20417-1',
        providerOrderId: id,
        trackingNumbers: [tracking],
      });
      expect(shipment?.contents).toMatchObject([
        { key: 'line-1', sku: 'SHADE-LINEN', quantity: 2 },
        { key: 'line-2', sku: 'LAMP-OAK', quantity: 2 },
      ]);
      expect(new Date(shipment!.shippedAt).toISOString()).toBe(shipment!.shippedAt);
    });

    it('reports the parts of a split order under the order, each with its own goods', async (test) => {
      const { shipInParts } = having(service(), test, 'shipInParts');
      const lines = ['line-1', 'line-2', 'line-3'].map((key) => sampleLine({ key, sku: `SKU-${key}` }));
      const { providerOrderId } = await service().provider.submit(sampleOrder({ lines }));
      await shipInParts(providerOrderId);
      const parts = await shipmentsSince(service().provider, null);
      expect(parts.map(({ reference }) => reference)).toEqual(['SO-20417-1', 'SO-20417-1', 'SO-20417-1']);
      expect(new Set(parts.map(({ id }) => id)).size).toBe(3);
      expect(parts.flatMap(getLines)).toEqual(['line-1 × 2', 'line-2 × 2', 'line-3 × 2']);
    });

    it('reports the first part of an order alone, and the rest once it leaves', async (test) => {
      const { shipFirstLine } = having(service(), test, 'shipFirstLine');
      await shipFirstLine(await submit(service(), 'SO-20417-1'));
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toEqual(['line-1 × 2']);
    });

    it('leaves discounts and charges out of the goods', async () => {
      const adjustments = [
        { description: 'Spring discount', amount: -5.5 },
        { description: 'Freight', amount: 9 },
      ];
      const { providerOrderId } = await service().provider.submit(sampleOrder({ adjustments }));
      await service().ship(providerOrderId);
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toEqual([
        'line-1 × 2',
        'line-2 × 2',
      ]);
    });

    it('names the warehouse that shipped it', async (test) => {
      const { shipFrom } = having(service(), test, 'shipFrom');
      const warehouse = await shipFrom(await submit(service(), 'SO-20417-1'));
      expect((await shipmentsSince(service().provider, null)).map((shipment) => shipment.warehouse)).toEqual([
        warehouse,
      ]);
    });

    it('reports a fractional quantity as it was ordered', async () => {
      const lines = [sampleLine({ quantity: 2.5 })];
      const { providerOrderId } = await service().provider.submit(sampleOrder({ lines }));
      await service().ship(providerOrderId);
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toEqual(['line-1 × 2.5']);
    });
  });
}
