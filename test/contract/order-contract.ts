import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, Unavailable } from '../../lib/domain/errors.ts';
import { findsForeignOrders } from '../../lib/providers/provider.ts';
import { sampleOrder } from './sample-order.ts';
import { having, type ServiceUnderTest, submit, withCapability } from './service-under-test.ts';

/** Submitting and finding an order. */
export function describeOrders(service: () => ServiceUnderTest): void {
  describe('submit and find', () => {
    it('keeps an accepted order', async () => {
      const { remarks: _, ...accepted } = await service().provider.submit(sampleOrder());
      expect(accepted.cancelled).toBe(false);
      expect(await service().provider.find('SO-20417-1')).toEqual([accepted]);
    });

    it('creates one order, however often it is submitted', async () => {
      const first = await submit(service(), 'SO-20417-1');
      for (let again = 0; again < 2; again += 1) await submitAgain(service(), first);
      expect(await service().orderCount()).toBe(1);
      expect(await service().provider.find('SO-20417-1')).toEqual([
        { providerOrderId: first, cancelled: false },
      ]);
    });

    it('finds a reference exactly, not by its beginning', async () => {
      const one = await submit(service(), 'SO-20417-1');
      await submit(service(), 'SO-20417-10');
      await submit(service(), 'SO-20417-11');
      expect(await service().provider.find('SO-20417-1')).toEqual([
        { providerOrderId: one, cancelled: false },
      ]);
      expect(await service().provider.find('SO-20417')).toEqual([]);
    });

    it.each([
      'so-20417-1',
      'SO-20417-01',
      'SO-020417-1',
      'SO-20417-1-1',
      'O-20417-1',
      'SO_20417-1',
      'SO-2O417-1',
      'SO-20417 1',
      'SO-20417-%',
      '*',
    ])('does not find SO-20417-1 under %j', async (similar) => {
      await submit(service(), 'SO-20417-1');
      expect(await service().provider.find(similar)).toEqual([]);
    });

    it('finds nothing under an unknown reference', async () => {
      expect(await service().provider.find('SO-1-1')).toEqual([]);
    });

    it('finds the order of a create whose answer was lost, and creates no second one where it is sent again', async (test) => {
      const { loseNextAnswer } = having(service(), test, 'loseNextAnswer');
      await loseNextAnswer();
      await expect(submit(service(), 'SO-20417-1')).rejects.toBeInstanceOf(AmbiguousWrite);
      const [found, ...others] = await service().provider.find('SO-20417-1');
      expect(others).toEqual([]);
      await submitAgain(service(), found!.providerOrderId);
      expect(await service().orderCount()).toBe(1);
    });

    it('finds nothing after a create that never arrived, and creates it where it is sent again', async (test) => {
      const { loseNextRequest } = having(service(), test, 'loseNextRequest');
      await loseNextRequest();
      const failure: unknown = await submit(service(), 'SO-20417-1').catch((error: unknown) => error);
      expect(failure instanceof AmbiguousWrite || failure instanceof Unavailable).toBe(true);
      expect(await service().provider.find('SO-20417-1')).toEqual([]);
      await submit(service(), 'SO-20417-1');
      expect(await service().orderCount()).toBe(1);
    });
  });
}

/** Orders of other apps that have a reference of ours. */
export function describeForeignOrders(service: () => ServiceUnderTest): void {
  describe('foreignOrders', () => {
    it('leaves out an order of another app that has the reference, and names it', async (test) => {
      const { createForeign, provider } = having(service(), test, 'createForeign');
      const { foreignOrders } = withCapability(provider, findsForeignOrders);
      const skus = sampleOrder().lines.map(({ sku }) => sku);
      expect(await foreignOrders('SO-20417-1', skus)).toEqual([]);
      const foreign = await createForeign('SO-20417-1');
      expect(await provider.find('SO-20417-1', skus)).toEqual([]);
      expect(await foreignOrders('SO-20417-1', skus)).toEqual([foreign]);
      expect(await foreignOrders('SO-20417-10', skus)).toEqual([]);
    });

    it('shows an order that another connector made under a number of its own', async (test) => {
      const { createForeign, successor } = having(service(), test, 'createForeign', 'successor');
      expect(await successor.ordersNumbered('OLD-20417')).toEqual([]);
      const foreign = await createForeign('OLD-20417');
      const found = await successor.ordersNumbered('OLD-20417');
      expect(found.map(({ providerOrderId }) => providerOrderId)).toEqual([foreign]);
      expect(found[0]?.goods.length).toBeGreaterThan(0);
      expect(await successor.ordersNumbered('OLD-2041')).toEqual([]);
    });
  });
}

/** The provider either refuses the reference, or answers with the order that it has. */
async function submitAgain(service: ServiceUnderTest, providerOrderId: string): Promise<void> {
  try {
    expect(await submit(service, 'SO-20417-1')).toBe(providerOrderId);
  } catch (error) {
    expect(error).toBeInstanceOf(Rejected);
  }
}
