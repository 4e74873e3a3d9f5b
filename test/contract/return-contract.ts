import { describe, expect, it } from 'vitest';
import { having, pagesSince, type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';

/**
 * Reports of returns.
 * @param areNoticed whether the provider declares `returns`
 */
export function describeReturns(service: () => ServiceUnderTest, areNoticed: boolean): void {
  if (!areNoticed)
    describe('returns, where they are not noticed', () => {
      it('reports no return, and no shipment in its place', async (test) => {
        const { sendReturnLabel, ship, provider } = having(service(), test, 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        const tracking = await ship(id);
        await sendReturnLabel(id);
        const pages = await pagesSince(provider, null);
        expect(pages.flatMap((page) => page.returns)).toEqual([]);
        expect(pages.flatMap((page) => page.shipments)).toMatchObject([{ trackingNumbers: [tracking] }]);
      });
    });

  if (areNoticed)
    describe('returns', () => {
      const returnsSince = async (cursor: string | null) =>
        (await pagesSince(service().provider, cursor)).flatMap((page) => page.returns);

      it('reports a return label and its tracking number', async (test) => {
        const { sendReturnLabel } = having(service(), test, 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        await service().ship(id);
        const tracking = await sendReturnLabel(id);
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

      it('reports goods only where it is known which come back', async (test) => {
        const { sendReturnLabel } = having(service(), test, 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        await service().ship(id);
        await sendReturnLabel(id);
        const [returned] = await returnsSince(null);
        const all = [
          { key: 'line-1', sku: 'SHADE-LINEN', quantity: 2 },
          { key: 'line-2', sku: 'LAMP-OAK', quantity: 2 },
        ];
        expect(returned?.contents).toMatchObject(returned?.contents.length === 0 ? [] : all);
      });

      it('reports a return as begun once a carrier has scanned it, however long after its label', async (test) => {
        const { sendReturnLabel, scanReturn } = having(service(), test, 'sendReturnLabel', 'scanReturn');
        const id = await submit(service(), 'SO-20417-1');
        await service().ship(id);
        const tracking = await sendReturnLabel(id);
        const before = await pagesSince(service().provider, null);
        await service().letTimePass(30 * 24 * 3_600_000);
        await scanReturn(tracking);
        const begun = await returnsSince(before.at(-1)!.cursor);
        expect(begun).toContainEqual(
          expect.objectContaining({ reference: 'SO-20417-1', progress: 'under-way' }),
        );
        const all = [...before.flatMap(({ returns }) => returns), ...begun];
        expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      });

      it('does not report a return as a shipment or a withdrawal', async (test) => {
        const { sendReturnLabel } = having(service(), test, 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        const tracking = await service().ship(id);
        await sendReturnLabel(id);
        expect(
          (await shipmentsSince(service().provider, null)).map(({ trackingNumbers }) => trackingNumbers),
        ).toEqual([[tracking]]);
        expect((await pagesSince(service().provider, null)).flatMap((page) => page.withdrawn)).toEqual([]);
      });

      it('reports a return from a saved cursor, always under the same id', async (test) => {
        const { sendReturnLabel } = having(service(), test, 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        await service().ship(id);
        const before = await pagesSince(service().provider, null);
        await service().letTimePass(3_600_000);
        await sendReturnLabel(id);
        const [fresh] = await returnsSince(before.at(-1)!.cursor);
        expect(fresh?.reference).toBe('SO-20417-1');
        expect((await returnsSince(null)).map((returned) => returned.id)).toEqual([fresh?.id]);
      });
    });
}
