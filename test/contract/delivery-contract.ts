import { describe, expect, it, type TestContext } from 'vitest';
import type { DeliveredPackage } from '../../lib/domain/shipment/package.ts';
import { type Provider, type TracksDelivery, tracksDelivery } from '../../lib/providers/provider.ts';
import {
  having,
  PAGE_SIZE,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
  withCapability,
} from './service-under-test.ts';

const MINUTE = 60_000;
/** Before the first parcel of a service under test. */
const EVER = '2026-01-01T00:00:00.000Z';

/** Reports of delivered parcels. */
export function describeDeliveries(service: () => ServiceUnderTest): void {
  describe('deliveries', () => {
    const tracking = (test: TestContext) => ({
      provider: withCapability(service().provider, tracksDelivery),
      deliver: having(service(), test, 'deliver').deliver,
    });
    const ship = async (reference: string) => service().ship(await submit(service(), reference));

    it('reports a package once it has arrived, under the id of its shipment', async (test) => {
      const { provider, deliver } = tracking(test);
      const number = await ship('SO-20417-1');
      expect(await deliveriesSince(provider, EVER)).toEqual([]);
      await deliver(number);
      const [shipment] = await shipmentsSince(provider, null);
      const delivered = await deliveriesSince(provider, EVER);
      expect(delivered).toEqual([{ id: shipment!.id, deliveredAt: expect.any(String) }]);
      expect(await deliveriesSince(provider, EVER)).toEqual(delivered);
      const { deliveredAt } = delivered[0]!;
      if (deliveredAt !== '') expect(new Date(deliveredAt).toISOString()).toBe(deliveredAt);
    });

    it('reads every page', async (test) => {
      const { provider, deliver } = tracking(test);
      const references = Array.from({ length: 2 * PAGE_SIZE + 2 }, (_, index) => `SO-${3000 + index}-1`);
      for (const reference of references) {
        const number = await ship(reference);
        if (reference !== 'SO-3003-1') await deliver(number);
        await service().letTimePass(MINUTE);
      }
      expect(await arrivedSince(provider, EVER)).toEqual(
        references.filter((reference) => reference !== 'SO-3003-1'),
      );
    });

    it('continues after any page without missing one', async (test) => {
      const { provider, deliver } = tracking(test);
      const references = Array.from({ length: 2 * PAGE_SIZE + 1 }, (_, index) => `SO-${4000 + index}-1`);
      for (const reference of references) {
        await deliver(await ship(reference));
        await service().letTimePass(MINUTE);
      }
      const shipped = await shipmentsSince(provider, null);
      const found = new Set<string>();
      let cursor: string | null = null;
      for (let read = true; read; ) {
        read = false;
        for await (const page of provider.deliveries(EVER, cursor)) {
          for (const { id } of page.packages) found.add(id);
          if (page.cursor === cursor) continue;
          ({ cursor } = page);
          read = true;
          break;
        }
      }
      expect([...found]).toEqual(shipped.map(({ id }) => id));
      expect(found.size).toBe(references.length);
    });

    it('begins with packages created at the given time, however late they arrived', async (test) => {
      const { provider, deliver } = tracking(test);
      const numbers: string[] = [];
      for (const reference of ['SO-1-1', 'SO-2-1', 'SO-3-1']) {
        await service().letTimePass(24 * 60 * MINUTE);
        numbers.push(await ship(reference));
      }
      const [, second] = await shipmentsSince(provider, null);
      for (const number of numbers) await deliver(number);
      expect(await arrivedSince(provider, second!.shippedAt)).toEqual(['SO-2-1', 'SO-3-1']);
    });

    it('leaves out voided packages and returns', async (test) => {
      const { voidParcel, sendReturnLabel } = having(service(), test, 'voidParcel', 'sendReturnLabel');
      const { provider, deliver } = tracking(test);
      const voided = await ship('SO-1-1');
      await deliver(voided);
      await voidParcel(voided);
      const returned = await submit(service(), 'SO-2-1');
      await service().ship(returned);
      await deliver(await sendReturnLabel(returned));
      await deliver(await ship('SO-3-1'));
      expect(await arrivedSince(provider, EVER)).toEqual(['SO-3-1']);
    });

    it('distinguishes references that begin alike', async (test) => {
      const { provider, deliver } = tracking(test);
      await ship('SO-20417-1');
      const number = await ship('SO-20417-10');
      await ship('SO-20417-11');
      await deliver(number);
      expect(await arrivedSince(provider, EVER)).toEqual(['SO-20417-10']);
    });

    it('distinguishes the parcels of one order', async (test) => {
      const { shipInParts } = having(service(), test, 'shipInParts');
      const { provider, deliver } = tracking(test);
      await shipInParts(await submit(service(), 'SO-20417-1'));
      const [, second] = await shipmentsSince(provider, null);
      await deliver(second!.trackingNumbers[0]!);
      expect(await deliveriesSince(provider, EVER)).toMatchObject([{ id: second!.id }]);
    });
  });
}

export async function deliveriesSince(
  provider: TracksDelivery,
  madeSince: string,
): Promise<DeliveredPackage[]> {
  const packages: DeliveredPackage[] = [];
  for await (const page of provider.deliveries(madeSince, null)) packages.push(...page.packages);
  return packages;
}

/** The orders whose packages have arrived: a delivery names only the package. */
async function arrivedSince(provider: Provider & TracksDelivery, madeSince: string): Promise<string[]> {
  const shipments = await shipmentsSince(provider, null);
  const references = new Map(shipments.map(({ id, reference }) => [id, reference]));
  return (await deliveriesSince(provider, madeSince)).map(({ id }) => references.get(id) ?? id);
}
