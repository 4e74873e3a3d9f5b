import { describe, expect, it } from 'vitest';
import {
  pagesSince,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
  withdrawnSince,
} from './service-under-test.ts';

const DAY = 24 * 3_600_000;

/** Reports of parcels that did not leave after all. */
export function describeWithdrawals(service: () => ServiceUnderTest): void {
  describe('withdrawn', () => {
    it('withdraws a parcel that it never reported', async () => {
      const tracking = await service().ship(await submit(service(), 'SO-20417-1'));
      await service().voidParcel(tracking);
      expect(await shipmentsSince(service().provider, null)).toEqual([]);
      expect(await withdrawnSince(service().provider, null)).toEqual([
        expect.stringMatching(/^SO-20417-1 ./),
      ]);
    });

    it('withdraws a parcel that it reported days before, under the same id, in every pass', async () => {
      const tracking = await service().ship(await submit(service(), 'SO-20417-1'));
      await service().ship(await submit(service(), 'SO-20418-1'));
      const before = await pagesSince(service().provider, null);
      const [shipment] = before.flatMap((page) => page.shipments);
      await service().letTimePass(9 * DAY);
      const between = await pagesSince(service().provider, before.at(-1)!.cursor);
      expect(between.flatMap((page) => page.withdrawn)).toEqual([]);

      await service().voidParcel(tracking);
      let { cursor } = between.at(-1)!;
      for (let pass = 0; pass < 3; pass += 1) {
        expect(await withdrawnSince(service().provider, cursor)).toEqual([`SO-20417-1 ${shipment!.id}`]);
        cursor = (await pagesSince(service().provider, cursor)).at(-1)!.cursor;
        await service().letTimePass(3_600_000);
      }
    });

    it('reports the replacement of a withdrawn parcel under another id', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().voidParcel(await service().ship(id));
      const second = await service().ship(id);
      const shipments = await shipmentsSince(service().provider, null);
      expect(shipments.map(({ trackingNumbers }) => trackingNumbers)).toEqual([[second]]);
      const withdrawn = await withdrawnSince(service().provider, null);
      expect(withdrawn).toHaveLength(1);
      expect(withdrawn).not.toContain(`SO-20417-1 ${shipments[0]!.id}`);
    });

    it('does not count a voided return label', async () => {
      const id = await submit(service(), 'SO-20417-1');
      await service().ship(id);
      await service().voidParcel(await service().sendReturnLabel(id));
      expect(await withdrawnSince(service().provider, null)).toEqual([]);
      expect((await pagesSince(service().provider, null)).flatMap((page) => page.returns)).toEqual([]);
    });
  });
}
