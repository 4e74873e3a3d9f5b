import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected } from '../../lib/domain/errors.ts';
import { sampleOrder } from './sample-order.ts';
import { type ServiceUnderTest, submit } from './service-under-test.ts';

/** Submitting, finding and cancelling an order. */
export function describeOrders(service: () => ServiceUnderTest): void {
  describe('submit and find', () => {
    it('keeps an accepted order', async () => {
      const accepted = await service().provider.submit(sampleOrder());
      expect(accepted.cancelled).toBe(false);
      expect(await service().provider.find('SO-20417-1')).toEqual([accepted]);
    });

    it('refuses a reference that is taken, and creates no second order', async () => {
      const first = await submit(service(), 'SO-20417-1');
      await expect(submit(service(), 'SO-20417-1')).rejects.toBeInstanceOf(Rejected);
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

    it('finds nothing under an unknown reference', async () => {
      expect(await service().provider.find('SO-1-1')).toEqual([]);
    });

    it('finds the order of a create whose answer was lost', async () => {
      await service().loseNextAnswer();
      await expect(submit(service(), 'SO-20417-1')).rejects.toBeInstanceOf(AmbiguousWrite);
      expect(await service().provider.find('SO-20417-1')).toHaveLength(1);
      expect(await service().orderCount()).toBe(1);
    });
  });

  describe('cancel', () => {
    it('leaves a cancelled order that can be found', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().provider.cancel(id, 'SO-20417-1');
      expect(await service().provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('resolves for an order that is cancelled already', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().provider.cancel(id, 'SO-20417-1');
      await expect(service().provider.cancel(id, 'SO-20417-1')).resolves.toBeUndefined();
    });

    it('is refused once the goods have left', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await expect(service().provider.cancel(id, 'SO-20417-1')).rejects.toBeInstanceOf(Rejected);
      expect(await service().provider.find('SO-20417-1')).toEqual([
        { providerOrderId: id, cancelled: false },
      ]);
    });
  });
}
