import { describe, expect, it } from 'vitest';
import type { OpenOrder } from '../../lib/providers/provider.ts';
import { PAGE_SIZE, type ServiceUnderTest, submit } from './service-under-test.ts';

/** The state of orders at the service, after any action of its staff. */
export function describeStandings(service: () => ServiceUnderTest): void {
  const listed = async (): Promise<OpenOrder[]> => {
    const all: OpenOrder[] = [];
    for await (const page of service().provider.openOrders()) all.push(...page);
    return all;
  };
  const states = async () =>
    (await listed()).map(({ reference, part }) => `${reference} ${part.state}`).sort();
  const parts = async (id: string, reference: string) =>
    (await service().provider.orderParts(id, reference)).map(({ state }) => state).sort();

  describe('the state of orders', () => {
    it('lists every unshipped order, over all pages', async () => {
      const references = Array.from({ length: PAGE_SIZE + 2 }, (_, index) => `SO-2041${index}-1`);
      for (const reference of references) await submit(service(), reference);
      expect(await states()).toEqual(references.map((reference) => `${reference} open`));
    });

    it('reports that an order is held, until when, and that it is released', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().hold(id, '2026-03-09');
      expect((await listed()).map(({ part }) => part)).toMatchObject([
        { state: 'held', heldUntil: '2026-03-09' },
      ]);
      await service().release(id);
      expect(await states()).toEqual(['SO-20417-1 open']);
    });

    it('does not list an order that was cancelled by hand, reports it as cancelled, and lists it again once it is restored', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().cancelByHand(id);
      expect(await states()).toEqual([]);
      expect(await parts(id, 'SO-20417-1')).toEqual(['cancelled']);
      await service().restoreByHand(id);
      expect(await states()).toEqual(['SO-20417-1 open']);
    });

    it('reports no part of a deleted order', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await submit(service(), 'SO-20417-10');
      await service().deleteByHand(id);
      expect(await states()).toEqual(['SO-20417-10 open']);
      expect(await parts(id, 'SO-20417-1')).toEqual([]);
    });

    it('lists a merged order under the reference of each', async () => {
      const ids = [await submit(service(), 'SO-20417-1'), await submit(service(), 'SO-20418-1')];
      const merged = await service().merge(ids);
      const both = (await listed()).map(({ reference, part: { providerOrderId, mergedWith } }) => ({
        reference,
        providerOrderId,
        mergedWith,
      }));
      expect(both.sort((a, b) => a.reference.localeCompare(b.reference))).toEqual([
        { reference: 'SO-20417-1', providerOrderId: merged, mergedWith: ['SO-20418-1'] },
        { reference: 'SO-20418-1', providerOrderId: merged, mergedWith: ['SO-20417-1'] },
      ]);
    });

    it('reports the rest of an order that left in part', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().shipFirstLine(id);
      expect(await states()).toContain('SO-20417-1 open');
      expect(await parts(id, 'SO-20417-1')).toEqual(expect.arrayContaining(['left', 'open']));
      await service().cancelRest(id);
      expect(await states()).toEqual([]);
      expect(new Set(await parts(id, 'SO-20417-1'))).toEqual(new Set(['cancelled', 'left']));
    });

    it('reports that an order left completely, and when', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      expect(await states()).toEqual([]);
      const [part, ...others] = await service().provider.orderParts(id, 'SO-20417-1');
      expect(part).toMatchObject({ providerOrderId: id, state: 'left' });
      expect(Date.parse(part!.changedAt)).not.toBeNaN();
      expect(others).toEqual([]);
    });
  });
}
