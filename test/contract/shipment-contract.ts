import { describe, expect, it } from 'vitest';
import type { ReportedShipment } from '../../lib/domain/shipment/package.ts';
import { sampleLine, sampleOrder } from './sample-order.ts';
import {
  PAGE_SIZE,
  pagesSince,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
} from './service-under-test.ts';

/** Reports of shipped parcels. */
export function describeShipments(service: () => ServiceUnderTest): void {
  describe('shipmentsSince', () => {
    const shipMany = async (count: number) => {
      const references = Array.from({ length: count }, (_, index) => `SO-${3000 + index}-1`);
      for (const reference of references) {
        await service().ship(await submit(service(), reference));
        await service().letTimePass(20_000);
      }
      return references;
    };

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

    it('reads every page, oldest first', async () => {
      const references = await shipMany(2 * PAGE_SIZE + 2);
      const pages = await pagesSince(service().provider, null);
      expect(pages.filter((page) => page.shipments.length > 0).length).toBeGreaterThan(2);
      expect(pages.flatMap((page) => page.shipments).map((shipment) => shipment.reference)).toEqual(
        references,
      );
    });

    it('loses no shipment from whichever cursor it continues', async () => {
      const references = await shipMany(2 * PAGE_SIZE + 2);
      const pages = await pagesSince(service().provider, null);
      for (const [index, { cursor }] of pages.entries()) {
        const before = pages.slice(0, index + 1).flatMap((page) => page.shipments);
        const seen = new Set(
          [...before, ...(await shipmentsSince(service().provider, cursor))].map(
            ({ reference }) => reference,
          ),
        );
        expect([...seen].sort()).toEqual(references);
      }
    });

    it('reports later shipments from a saved cursor, the same parcel always under the same id', async () => {
      const first = await submit(service(), 'SO-20417-1');
      await service().ship(first);
      const before = await pagesSince(service().provider, null);
      await service().letTimePass(3_600_000);
      await service().ship(await submit(service(), 'SO-20418-1'));
      const after = await shipmentsSince(service().provider, before.at(-1)!.cursor);
      expect(after.map(({ reference }) => reference)).toContain('SO-20418-1');
      const [known] = before.flatMap((page) => page.shipments);
      const everything = await shipmentsSince(service().provider, null);
      expect(everything.find(({ reference }) => reference === 'SO-20417-1')?.id).toBe(known?.id);
      expect(new Set(everything.map(({ id }) => id)).size).toBe(2);
    });

    it('reports the parts of a split order under the order, each with its own goods', async () => {
      const lines = ['line-1', 'line-2', 'line-3'].map((key) => sampleLine({ key, sku: `SKU-${key}` }));
      const { providerOrderId } = await service().provider.submit(sampleOrder({ lines }));
      await service().shipInParts(providerOrderId);
      const parts = await shipmentsSince(service().provider, null);
      expect(parts.map(({ reference }) => reference)).toEqual(['SO-20417-1', 'SO-20417-1', 'SO-20417-1']);
      expect(new Set(parts.map(({ id }) => id)).size).toBe(3);
      expect(parts.flatMap(getLines)).toEqual(['line-1 × 2', 'line-2 × 2', 'line-3 × 2']);
    });

    it('leaves out voided labels and returns', async () => {
      await service().voidParcel(await service().ship(await submit(service(), 'SO-1-1')));
      const shipped = await submit(service(), 'SO-2-1');
      await service().ship(shipped);
      await service().sendReturnLabel(shipped);
      expect((await shipmentsSince(service().provider, null)).map(({ reference }) => reference)).toEqual([
        'SO-2-1',
      ]);
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

    it('names the warehouse that shipped it', async () => {
      const warehouse = await service().shipFrom(await submit(service(), 'SO-20417-1'));
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

function getLines({ contents }: ReportedShipment): string[] {
  return contents === 'remaining'
    ? ['remaining']
    : contents.map(({ key, quantity }) => `${key} × ${quantity}`);
}
