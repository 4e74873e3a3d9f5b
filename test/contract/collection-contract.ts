import { describe, expect, it } from 'vitest';
import {
  having,
  PAGE_SIZE,
  pagesSince,
  SEVERAL_PAGES,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
} from './service-under-test.ts';

/** That no parcel is missed, whatever its neighbours, its time and its page are. */
export function describeCollection(service: () => ServiceUnderTest): void {
  describe('collecting shipments', () => {
    const shipMany = async (count: number, pauseMs: number) => {
      const references = Array.from({ length: count }, (_, index) => `SO-${3000 + index}-1`);
      for (const reference of references) {
        await service().ship(await submit(service(), reference));
        if (pauseMs > 0) await service().letTimePass(pauseMs);
      }
      return references;
    };

    it('reads every page, oldest first', async () => {
      const references = await shipMany(SEVERAL_PAGES, 20_000);
      const pages = await pagesSince(service().provider, null);
      expect(pages.filter((page) => page.shipments.length > 0).length).toBeGreaterThan(2);
      expect(pages.flatMap((page) => page.shipments).map((shipment) => shipment.reference)).toEqual(
        references,
      );
    });

    it('loses no shipment from whichever cursor it continues', async () => {
      const references = await shipMany(SEVERAL_PAGES, 20_000);
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

    it('misses none of many parcels of the same moment, from whichever cursor it continues', async () => {
      const references = await shipMany(SEVERAL_PAGES, 0);
      const pages = await pagesSince(service().provider, null);
      for (const [index, { cursor }] of pages.entries()) {
        const before = pages.slice(0, index + 1).flatMap((page) => page.shipments);
        const after = await shipmentsSince(service().provider, cursor);
        const seen = new Set([...before, ...after].map(({ reference }) => reference));
        expect([...seen].sort()).toEqual(references);
      }
    });

    it.each([0, 1, 999, 1_000, 59_999, 60_000])(
      'reports a parcel that leaves %i ms after a pass, and one that leaves at the moment of the next',
      async (milliseconds) => {
        await service().ship(await submit(service(), 'SO-1-1'));
        const first = await pagesSince(service().provider, null);
        if (milliseconds > 0) await service().letTimePass(milliseconds);
        await service().ship(await submit(service(), 'SO-2-1'));
        const second = await pagesSince(service().provider, first.at(-1)!.cursor);
        await service().ship(await submit(service(), 'SO-3-1'));
        const third = await shipmentsSince(service().provider, second.at(-1)!.cursor);
        const references = second.flatMap((page) => page.shipments).map(({ reference }) => reference);
        expect(references).toContain('SO-2-1');
        expect(third.map(({ reference }) => reference)).toContain('SO-3-1');
      },
    );

    it('continues from a cursor after which nothing left', async () => {
      await shipMany(PAGE_SIZE, 20_000);
      const pages = await pagesSince(service().provider, null);
      await service().letTimePass(24 * 3_600_000);
      const later = await pagesSince(service().provider, pages.at(-1)!.cursor);
      expect(later.length).toBeGreaterThan(0);
      await service().ship(await submit(service(), 'SO-9-1'));
      const after = await shipmentsSince(service().provider, later.at(-1)!.cursor);
      expect(after.map(({ reference }) => reference)).toContain('SO-9-1');
    });

    it('reports a parcel whose notice was repeated and came out of order under one id', async (test) => {
      const { repeatNotices } = having(service(), test, 'repeatNotices');
      const references = await shipMany(3, 20_000);
      const first = await pagesSince(service().provider, null);
      await repeatNotices();
      const again = await shipmentsSince(service().provider, first.at(-1)!.cursor);
      const all = [...first.flatMap((page) => page.shipments), ...again];
      expect(new Set(all.map(({ id }) => id)).size).toBe(3);
      expect([...new Set(all.map(({ reference }) => reference))].sort()).toEqual(references);
    });

    it('puts a parcel aside that cannot be read, reports the others, and reports it once it can be read', async (test) => {
      const { spoilParcel, mendParcel, ship, provider } = having(
        service(),
        test,
        'spoilParcel',
        'mendParcel',
      );
      await ship(await submit(service(), 'SO-1-1'));
      const odd = await ship(await submit(service(), 'SO-2-1'));
      await ship(await submit(service(), 'SO-3-1'));
      await spoilParcel(odd);
      const pages = await pagesSince(provider, null);
      expect(pages.flatMap((page) => page.shipments).map(({ reference }) => reference)).toEqual([
        'SO-1-1',
        'SO-3-1',
      ]);
      expect(pages.flatMap((page) => page.unreadable)).toHaveLength(1);
      expect(pages.flatMap((page) => page.withdrawn)).toEqual([]);
      await mendParcel(odd);
      await service().letTimePass(3_600_000);
      const later = await shipmentsSince(provider, pages.at(-1)!.cursor);
      expect(later.map(({ trackingNumbers }) => trackingNumbers)).toContainEqual([odd]);
    });
  });
}
