import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, UpstreamError } from '../../lib/domain/errors.ts';
import { cancels } from '../../lib/providers/provider.ts';
import {
  getLines,
  having,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
  withCapability,
} from './service-under-test.ts';

/** Cancelling an order: before its service ships it, while it does, and afterwards. */
export function describeCancellation(service: () => ServiceUnderTest): void {
  describe('cancel', () => {
    const cancel = (id: string, reference = 'SO-20417-1') =>
      withCapability(service().provider, cancels).cancel(id, reference);

    it('leaves a cancelled order that can be found', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await cancel(id);
      expect(await service().provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('resolves for an order that is cancelled already', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await cancel(id);
      await expect(cancel(id)).resolves.toBeUndefined();
    });

    it('does not affect an order with a similar reference', async () => {
      const id = await submit(service(), 'SO-20417-1');
      const other = await submit(service(), 'SO-20417-10');
      await cancel(id);
      expect(await service().provider.find('SO-20417-10')).toEqual([
        { providerOrderId: other, cancelled: false },
      ]);
    });

    it('is ambiguous where its answer was lost, and can be repeated', async (test) => {
      const { loseNextAnswer } = having(service(), test, 'loseNextAnswer');
      const id = await submit(service(), 'SO-20417-1');
      await loseNextAnswer();
      await expect(cancel(id)).rejects.toBeInstanceOf(AmbiguousWrite);
      await expect(cancel(id)).resolves.toBeUndefined();
      expect(await service().provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('is rejected where a web page with status 200 came in place of an answer, until the order is cancelled', async (test) => {
      const { garbleNextAnswer, provider } = having(service(), test, 'garbleNextAnswer');
      const id = await submit(service(), 'SO-20417-1');
      await garbleNextAnswer();
      const tries: unknown[] = [];
      // A service that reads before it cancels may get a page for each.
      while (tries.at(-1) !== 'done' && tries.length < 3) {
        tries.push(
          await cancel(id).then(
            () => 'done',
            (error: unknown) => error,
          ),
        );
      }
      expect(tries).toEqual([...tries.slice(1).map(() => expect.any(UpstreamError)), 'done']);
      expect(tries.length).toBeGreaterThan(1);
      expect(await provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('cancels an order that the staff hold', async (test) => {
      const { holdByHand } = having(service(), test, 'holdByHand');
      const id = await submit(service(), 'SO-20417-1');
      await holdByHand(id, '2026-03-09');
      await cancel(id);
      expect(await service().provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('is refused once a part of the goods has left, and the part stays reported', async (test) => {
      const { shipFirstLine } = having(service(), test, 'shipFirstLine');
      const id = await submit(service(), 'SO-20417-1');
      await shipFirstLine(id);
      await expect(cancel(id)).rejects.toBeInstanceOf(Rejected);
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toEqual(['line-1 × 2']);
    });

    it('is refused once the goods have left', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await expect(cancel(id)).rejects.toBeInstanceOf(Rejected);
      expect(await service().provider.find('SO-20417-1')).toEqual([
        { providerOrderId: id, cancelled: false },
      ]);
    });

    it('is possible again once the parcel is voided', async (test) => {
      const { voidParcel, ship } = having(service(), test, 'voidParcel');
      const id = await submit(service(), 'SO-20417-1');
      await voidParcel(await ship(id));
      await cancel(id);
      expect(await service().provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: true }]);
    });

    it('is refused where the order does not exist', async () => {
      await expect(cancel('se-1')).rejects.toBeInstanceOf(Rejected);
    });
  });
}
