import { describe, expect, it } from 'vitest';
import { type OpenOrder, reportsOrders } from '../../lib/providers/provider.ts';
import { having, PAGE_SIZE, type ServiceUnderTest, submit, withCapability } from './service-under-test.ts';

/** The state of orders at the service, after any action of its staff. */
export function describeStandings(service: () => ServiceUnderTest): void {
  const reporting = () => withCapability(service().provider, reportsOrders);
  const listed = async (): Promise<OpenOrder[]> => {
    const all: OpenOrder[] = [];
    for await (const page of reporting().openOrders()) all.push(...page);
    return all;
  };
  const states = async () =>
    (await listed()).map(({ reference, part }) => `${reference} ${part.state}`).sort();
  const parts = async (id: string, reference: string) =>
    (await reporting().orderParts(id, reference)).map(({ state }) => state).sort();

  describe('the state of orders', () => {
    it('lists every unshipped order, over all pages', async () => {
      const references = Array.from({ length: PAGE_SIZE + 2 }, (_, index) => `SO-2041${index}-1`);
      for (const reference of references) await submit(service(), reference);
      expect(await states()).toEqual(references.map((reference) => `${reference} open`));
    });

    it('reports that an order is held, until when, and that it is released', async (test) => {
      const { holdByHand, releaseByHand } = having(service(), test, 'holdByHand', 'releaseByHand');
      const id = await submit(service(), 'SO-20417-1');
      await holdByHand(id, '2026-03-09');
      expect((await listed()).map(({ part }) => part)).toMatchObject([
        { state: 'held', heldUntil: '2026-03-09' },
      ]);
      await releaseByHand(id);
      expect(await states()).toEqual(['SO-20417-1 open']);
    });

    it('does not list an order that was cancelled by hand, reports it as cancelled, and lists it again once it is restored', async (test) => {
      const { cancelByHand, restoreByHand } = having(service(), test, 'cancelByHand', 'restoreByHand');
      const id = await submit(service(), 'SO-20417-1');
      await cancelByHand(id);
      expect(await states()).toEqual([]);
      expect(await parts(id, 'SO-20417-1')).toEqual(['cancelled']);
      await restoreByHand(id);
      expect(await states()).toEqual(['SO-20417-1 open']);
    });

    it('reports no part of a deleted order', async (test) => {
      const { deleteByHand } = having(service(), test, 'deleteByHand');
      const id = await submit(service(), 'SO-20417-1');
      await submit(service(), 'SO-20417-10');
      await deleteByHand(id);
      expect(await states()).toEqual(['SO-20417-10 open']);
      expect(await parts(id, 'SO-20417-1')).toEqual([]);
    });

    it('lists a merged order under the reference of each', async (test) => {
      const { merge } = having(service(), test, 'merge');
      const ids = [await submit(service(), 'SO-20417-1'), await submit(service(), 'SO-20418-1')];
      const merged = await merge(ids);
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

    it('reports the rest of an order that left in part', async (test) => {
      const { shipFirstLine, cancelRest } = having(service(), test, 'shipFirstLine', 'cancelRest');
      const id = await submit(service(), 'SO-20417-1');
      await shipFirstLine(id);
      expect(await states()).toContain('SO-20417-1 open');
      expect(await parts(id, 'SO-20417-1')).toEqual(expect.arrayContaining(['left', 'open']));
      await cancelRest(id);
      expect(await states()).toEqual([]);
      expect(new Set(await parts(id, 'SO-20417-1'))).toEqual(new Set(['cancelled', 'left']));
    });

    it('reports that an order left completely, and when', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      expect(await states()).toEqual([]);
      const [part, ...others] = await reporting().orderParts(id, 'SO-20417-1');
      expect(part).toMatchObject({ providerOrderId: id, state: 'left' });
      expect(Date.parse(part!.changedAt)).not.toBeNaN();
      expect(others).toEqual([]);
    });

    it('reports a status that is not documented as unknown, and goes on with the other orders', async (test) => {
      const { giveOddStatus } = having(service(), test, 'giveOddStatus');
      const id = await submit(service(), 'SO-20417-1');
      await submit(service(), 'SO-20418-1');
      await giveOddStatus(id);
      expect(await states()).toContain('SO-20418-1 open');
      expect(await parts(id, 'SO-20417-1')).toEqual(['unknown']);
      expect(await service().provider.find('SO-20417-1')).toEqual([
        { providerOrderId: id, cancelled: false },
      ]);
    });
  });
}
