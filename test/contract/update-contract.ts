import { describe, expect, it, type TestContext } from 'vitest';
import { AmbiguousWrite, Rejected, Throttled } from '../../lib/domain/errors.ts';
import type { ReportedShipment } from '../../lib/domain/shipment/package.ts';
import { type Provider, type Updates, updates } from '../../lib/providers/provider.ts';
import { sampleLine, sampleOrder } from './sample-order.ts';
import { type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';

/** Changes of an order that the service has not begun to ship. Skipped where the service does not accept changes. */
export function describeUpdates(service: () => ServiceUnderTest): void {
  describe('update', () => {
    const updating = ({ skip }: TestContext): Provider & Updates => {
      const { provider } = service();
      return updates(provider) ? provider : skip('The provider does not update');
    };
    const given = sampleOrder();
    const moved = given.shipTo;
    const changed = sampleOrder({
      lines: [sampleLine({ quantity: 3 })],
      shipTo: { ...moved, line1: '4 Saltmarsh Row' },
    });

    it('ships an order with its last content, under the same reference', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20417-1');
      await provider.update(id, changed, [given]);
      expect(await provider.find('SO-20417-1')).toEqual([{ providerOrderId: id, cancelled: false }]);
      expect(await service().orderCount()).toBe(1);
      expect(await service().getStreet(id)).toBe('4 Saltmarsh Row');
      await service().ship(id);
      expect((await shipmentsSince(provider, null)).flatMap(getLines)).toEqual(['line-1 × 3']);
    });

    it('accepts the same content twice', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20417-1');
      await provider.update(id, changed, [given]);
      await expect(provider.update(id, changed, [given, changed])).resolves.toBeUndefined();
      expect(await service().getStreet(id)).toBe('4 Saltmarsh Row');
    });

    it('is refused once the goods have left, and once it is cancelled', async (test) => {
      const provider = updating(test);
      const shipped = await submit(service(), 'SO-20417-1');
      await service().ship(shipped);
      const cancelled = await submit(service(), 'SO-20418-1');
      await service().provider.cancel(cancelled, 'SO-20418-1');
      await expect(provider.update(shipped, changed, [given])).rejects.toBeInstanceOf(Rejected);
      const other = { ...changed, reference: 'SO-20418-1' };
      await expect(provider.update(cancelled, other, [given])).rejects.toBeInstanceOf(Rejected);
      expect(await service().getStreet(shipped)).toBe('77 Larkspur Lane');
    });

    it('is refused where the order does not exist, or has another reference', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20418-1');
      await expect(provider.update('se-1', changed, [given])).rejects.toBeInstanceOf(Rejected);
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(Rejected);
      expect(await service().getStreet(id)).toBe('77 Larkspur Lane');
    });

    it('is ambiguous where its answer was lost, and can be repeated', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20417-1');
      await service().loseNextAnswer();
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(AmbiguousWrite);
      expect(await service().getStreet(id)).toBe('4 Saltmarsh Row');
      await expect(provider.update(id, changed, [given, changed])).resolves.toBeUndefined();
    });

    it('is refused where the provider holds other goods than were sent, so that none leave twice', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20417-1');
      const other = sampleOrder({ lines: [sampleLine({ quantity: 9 })] });
      await expect(provider.update(id, changed, [other])).rejects.toBeInstanceOf(Rejected);
      await expect(provider.update(id, changed, [])).rejects.toBeInstanceOf(Rejected);
      expect(await service().getStreet(id)).toBe('77 Larkspur Lane');
    });

    it('throws a refusal with its text, and a rate limit with the time to wait', async (test) => {
      const provider = updating(test);
      const id = await submit(service(), 'SO-20417-1');
      await service().refuseNextWrite('The order is locked.');
      await expect(provider.update(id, changed, [given])).rejects.toMatchObject({
        details: { upstreamMessage: 'The order is locked.', reference: 'SO-20417-1' },
      });
      await service().throttleNextCall(17);
      await expect(provider.update(id, changed, [given])).rejects.toBeInstanceOf(Throttled);
      expect(await service().getStreet(id)).toBe('77 Larkspur Lane');
    });
  });
}

function getLines({ contents }: ReportedShipment): string[] {
  return contents === 'remaining'
    ? ['remaining']
    : contents.map(({ key, quantity }) => `${key} × ${quantity}`);
}
