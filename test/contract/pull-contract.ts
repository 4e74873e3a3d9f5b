import { describe, expect, it } from 'vitest';
import { cancels } from '../../lib/providers/provider.ts';
import { having, type ServiceUnderTest, submit, withCapability } from './service-under-test.ts';

/** A service that reads our orders by itself, some time after they were accepted. */
export function describePulls(service: () => ServiceUnderTest): void {
  describe('an order that the service reads by itself', () => {
    it('is accepted before the service has read it, and read once', async (test) => {
      const { pull, provider } = having(service(), test, 'pull');
      const id = await submit(service(), 'SO-20417-1');
      expect(await provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: false }]);
      for (let reading = 0; reading < 3; reading += 1) {
        expect(await pull()).toEqual(['SO-20417-1']);
        await service().letTimePass(3_600_000);
      }
      expect(await service().orderCount()).toBe(1);
    });

    it('is not shipped where it was cancelled, before or after it was read', async (test) => {
      const { pull, provider } = having(service(), test, 'pull');
      const { cancel } = withCapability(provider, cancels);
      const early = await submit(service(), 'SO-1-1');
      await cancel(early, 'SO-1-1');
      const late = await submit(service(), 'SO-2-1');
      await submit(service(), 'SO-3-1');
      expect([...(await pull())].sort()).toEqual(['SO-2-1', 'SO-3-1']);
      await cancel(late, 'SO-2-1');
      await service().letTimePass(3_600_000);
      expect(await pull()).toEqual(['SO-3-1']);
    });

    it('is not shipped again once it has left', async (test) => {
      const { pull, ship } = having(service(), test, 'pull');
      await ship(await submit(service(), 'SO-20417-1'));
      await service().letTimePass(3_600_000);
      expect(await pull()).toEqual([]);
      expect(await service().orderCount()).toBe(1);
    });

    it('is read, however many orders were changed at the same moment', async (test) => {
      const { pull } = having(service(), test, 'pull');
      const references = Array.from({ length: 120 }, (_, index) => `SO-${4000 + index}-1`);
      for (const reference of references) await submit(service(), reference);
      expect([...(await pull())].sort()).toEqual(references);
    });
  });
}
