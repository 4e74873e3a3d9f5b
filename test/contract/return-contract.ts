import { describe, expect, it } from 'vitest';
import { pagesSince, type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';

/** Reports of returns. */
export function describeReturns(service: () => ServiceUnderTest): void {
  describe('returns', () => {
    const returnsSince = async (cursor: string | null) =>
      (await pagesSince(service().provider, cursor)).flatMap((page) => page.returns);

    it('reports a return label and its tracking number', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      const tracking = await service().sendReturnLabel(id);
      const [returned, ...others] = await returnsSince(null);
      expect(others).toEqual([]);
      expect(returned).toMatchObject({
        reference: 'SO-20417-1',
        id: expect.stringMatching(/^return:./),
        trackingNumbers: [tracking],
        progress: 'label',
      });
      expect(new Date(returned!.reportedAt).toISOString()).toBe(returned!.reportedAt);
    });

    it('reports goods only where it is known which come back', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await service().sendReturnLabel(id);
      const [returned] = await returnsSince(null);
      const all = [
        { key: 'line-1', sku: 'SHADE-LINEN', quantity: 2 },
        { key: 'line-2', sku: 'LAMP-OAK', quantity: 2 },
      ];
      expect(returned?.contents).toMatchObject(returned?.contents.length === 0 ? [] : all);
    });

    it('reports a return as begun once a carrier has scanned it, however long after its label', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      const tracking = await service().sendReturnLabel(id);
      const before = await pagesSince(service().provider, null);
      await service().letTimePass(30 * 24 * 3_600_000);
      await service().scanReturn(tracking);
      const begun = await returnsSince(before.at(-1)!.cursor);
      expect(begun).toContainEqual(
        expect.objectContaining({ reference: 'SO-20417-1', progress: 'under-way' }),
      );
      const all = [...before.flatMap(({ returns }) => returns), ...begun];
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    });

    it('does not report a return as a shipment or a withdrawal', async () => {
      const id = await submit(service(), 'SO-20417-1');
      const tracking = await service().ship(id);
      await service().sendReturnLabel(id);
      expect(
        (await shipmentsSince(service().provider, null)).map(({ trackingNumbers }) => trackingNumbers),
      ).toEqual([[tracking]]);
      expect((await pagesSince(service().provider, null)).flatMap((page) => page.withdrawn)).toEqual([]);
    });

    it('reports a return from a saved cursor, always under the same id', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      const before = await pagesSince(service().provider, null);
      await service().letTimePass(3_600_000);
      await service().sendReturnLabel(id);
      const [fresh] = await returnsSince(before.at(-1)!.cursor);
      expect(fresh?.reference).toBe('SO-20417-1');
      expect((await returnsSince(null)).map((returned) => returned.id)).toEqual([fresh?.id]);
    });
  });
}
