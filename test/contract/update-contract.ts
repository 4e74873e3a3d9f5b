import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, Throttled } from '../../lib/domain/errors.ts';
import { cancels, updates } from '../../lib/providers/provider.ts';
import { sampleLine, sampleOrder } from './sample-order.ts';
import {
  getLines,
  having,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
  withCapability,
} from './service-under-test.ts';

/** Changes of an order that the service has not begun to ship. */
export function describeUpdates(service: () => ServiceUnderTest): void {
  describe('update', () => {
    const updating = () => withCapability(service().provider, updates);
    const given = sampleOrder();
    const moved = given.shipTo;
    const changed = sampleOrder({
      lines: [sampleLine({ quantity: 3 })],
      shipTo: { ...moved, line1: '4 Saltmarsh Row' },
    });

    it('ships an order with its last content, under the same reference', async (test) => {
      const { getStreet } = having(service(), test, 'getStreet');
      const provider = updating();
      const id = await submit(service(), 'SO-20417-1');
      await provider.update(id, changed, [given]);
      expect(await provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: false }]);
      expect(await service().orderCount()).toBe(1);
      expect(await getStreet(id)).toBe('4 Saltmarsh Row');
      await service().ship(id);
      expect((await shipmentsSince(provider, null)).flatMap(getLines)).toEqual(['line-1 × 3']);
    });

    it('accepts the same content twice', async (test) => {
      const { getStreet } = having(service(), test, 'getStreet');
      const provider = updating();
      const id = await submit(service(), 'SO-20417-1');
      await provider.update(id, changed, [given]);
      await expect(provider.update(id, changed, [given, changed])).resolves.toBeUndefined();
      expect(await getStreet(id)).toBe('4 Saltmarsh Row');
    });

    it('is refused once the goods have left', async (test) => {
      const { getStreet } = having(service(), test, 'getStreet');
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await expect(updating().update(id, changed, [given])).rejects.toBeInstanceOf(Rejected);
      expect(await getStreet(id)).toBe('77 Larkspur Lane');
    });

    it('is refused once a part of the goods has left, of which none leave again', async (test) => {
      const { shipFirstLine } = having(service(), test, 'shipFirstLine');
      const id = await submit(service(), 'SO-20417-1');
      await shipFirstLine(id);
      await expect(updating().update(id, changed, [given])).rejects.toBeInstanceOf(Rejected);
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toEqual(['line-1 × 2']);
    });

    it('is refused once the order is cancelled', async ({ skip }) => {
      const provider = updating();
      if (!cancels(provider)) return skip('The provider does not cancel');
      const id = await submit(service(), 'SO-20417-1');
      await provider.cancel(id, 'SO-20417-1');
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(Rejected);
    });

    it('is refused where the order does not exist, or has another reference', async (test) => {
      const { getStreet } = having(service(), test, 'getStreet');
      const provider = updating();
      const id = await submit(service(), 'SO-20418-1');
      await expect(provider.update('se-1', changed, [given])).rejects.toBeInstanceOf(Rejected);
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(Rejected);
      expect(await getStreet(id)).toBe('77 Larkspur Lane');
    });

    it('is ambiguous where its answer was lost, and can be repeated', async (test) => {
      const { getStreet, loseNextAnswer } = having(service(), test, 'getStreet', 'loseNextAnswer');
      const provider = updating();
      const id = await submit(service(), 'SO-20417-1');
      await loseNextAnswer();
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(AmbiguousWrite);
      expect(await getStreet(id)).toBe('4 Saltmarsh Row');
      await expect(provider.update(id, changed, [given, changed])).resolves.toBeUndefined();
    });

    it('is refused where the provider holds other goods than were sent, so that none leave twice', async (test) => {
      const { getStreet } = having(service(), test, 'getStreet');
      const provider = updating();
      const id = await submit(service(), 'SO-20417-1');
      const other = sampleOrder({ lines: [sampleLine({ quantity: 9 })] });
      await expect(provider.update(id, changed, [other])).rejects.toBeInstanceOf(Rejected);
      await expect(provider.update(id, changed, [])).rejects.toBeInstanceOf(Rejected);
      expect(await getStreet(id)).toBe('77 Larkspur Lane');
    });

    it('throws a refusal with its text, and a rate limit with the time to wait', async (test) => {
      const { getStreet, refuseNextWrite, throttleNextCall } = having(
        service(),
        test,
        'getStreet',
        'refuseNextWrite',
        'throttleNextCall',
      );
      const provider = updating();
      const id = await submit(service(), 'SO-20417-1');
      await refuseNextWrite('The order is locked.');
      await expect(provider.update(id, changed, [given])).rejects.toMatchObject({
        details: { upstreamMessage: 'The order is locked.', reference: 'SO-20417-1' },
      });
      await throttleNextCall(17);
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(Throttled);
      expect(await getStreet(id)).toBe('77 Larkspur Lane');
    });
  });
}
