import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected } from '../../lib/domain/errors.ts';
import { holds, reportsOrders } from '../../lib/providers/provider.ts';
import { having, type ServiceUnderTest, submit, withCapability } from './service-under-test.ts';

/** Holding and releasing an accepted order. @param isReported whether the provider reports what it holds */
export function describeHolds(service: () => ServiceUnderTest, isReported: boolean): void {
  const holding = () => withCapability(service().provider, holds);

  describe('hold', () => {
    it('keeps an order from being shipped until it is released', async (test) => {
      const { pull } = having(service(), test, 'pull');
      const early = await submit(service(), 'SO-1-1');
      await holding().hold(early, 'SO-1-1', null);
      const late = await submit(service(), 'SO-2-1');
      await submit(service(), 'SO-2-10');
      expect([...(await pull())].sort()).toEqual(['SO-2-1', 'SO-2-10']);
      await holding().hold(late, 'SO-2-1', null);
      await service().letTimePass(3_600_000);
      expect(await pull()).toEqual(['SO-2-10']);
      await holding().release(early, 'SO-1-1');
      await holding().release(late, 'SO-2-1');
      await service().letTimePass(3_600_000);
      expect([...(await pull())].sort()).toEqual(['SO-1-1', 'SO-2-1', 'SO-2-10']);
    });

    it('can be repeated, and so can the release', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await holding().release(id, 'SO-20417-1');
      for (let times = 0; times < 2; times += 1) await holding().hold(id, 'SO-20417-1', null);
      for (let times = 0; times < 2; times += 1) await holding().release(id, 'SO-20417-1');
      await expect(service().ship(id)).resolves.not.toBe('');
    });

    it('is refused once the goods have left, and where the order does not exist', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await expect(holding().hold(id, 'SO-20417-1', null)).rejects.toBeInstanceOf(Rejected);
      await expect(holding().hold('se-1', 'SO-1-1', null)).rejects.toBeInstanceOf(Rejected);
      await expect(holding().release('se-1', 'SO-1-1')).rejects.toBeInstanceOf(Rejected);
    });
  });
  if (isReported) describeReportedHolds(service);
}

/** What the provider reports of the orders that it holds, with their dates. */
function describeReportedHolds(service: () => ServiceUnderTest): void {
  describe('hold, as the provider reports it', () => {
    const holding = () => withCapability(service().provider, holds);
    const part = async (id: string) => {
      const [own] = await withCapability(service().provider, reportsOrders).orderParts(id, 'SO-20417-1');
      return own;
    };

    it('holds an order until a date, and releases it', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await holding().hold(id, 'SO-20417-1', '2026-03-09');
      expect(await part(id)).toMatchObject({ state: 'held', heldUntil: '2026-03-09' });
      await holding().release(id, 'SO-20417-1');
      expect(await part(id)).toMatchObject({ state: 'open' });
      await service().ship(id);
      expect(await part(id)).toMatchObject({ state: 'left' });
    });

    it('holds an order without a date', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await holding().hold(id, 'SO-20417-1', null);
      await service().letTimePass(60 * 24 * 3_600_000);
      expect(await part(id)).toMatchObject({ state: 'held' });
    });

    it('changes the date of a held order, and releases an order that is not held', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await holding().release(id, 'SO-20417-1');
      expect(await part(id)).toMatchObject({ state: 'open' });
      await holding().hold(id, 'SO-20417-1', '2026-03-09');
      await holding().hold(id, 'SO-20417-1', '2026-04-01');
      expect(await part(id)).toMatchObject({ state: 'held', heldUntil: '2026-04-01' });
    });

    it('holds one order, not one with a similar reference', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await submit(service(), 'SO-20417-10');
      await holding().hold(id, 'SO-20417-1', '2026-03-09');
      const open: string[] = [];
      for await (const page of withCapability(service().provider, reportsOrders).openOrders())
        open.push(...page.map(({ reference, part: { state } }) => `${reference} ${state}`));
      expect(open.sort()).toEqual(['SO-20417-1 held', 'SO-20417-10 open']);
    });

    it('is ambiguous where its answer was lost, and can be repeated', async (test) => {
      const { loseNextAnswer } = having(service(), test, 'loseNextAnswer');
      const id = await submit(service(), 'SO-20417-1');
      await loseNextAnswer();
      await expect(holding().hold(id, 'SO-20417-1', '2026-03-09')).rejects.toBeInstanceOf(AmbiguousWrite);
      await holding().hold(id, 'SO-20417-1', '2026-03-09');
      await loseNextAnswer();
      await expect(holding().release(id, 'SO-20417-1')).rejects.toBeInstanceOf(AmbiguousWrite);
      await holding().release(id, 'SO-20417-1');
      expect(await part(id)).toMatchObject({ state: 'open' });
    });
  });
}
