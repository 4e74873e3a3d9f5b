import { describe, expect, it } from 'vitest';
import {
  having,
  pagesSince,
  type ServiceUnderTest,
  shipmentsSince,
  submit,
  withdrawnSince,
} from './service-under-test.ts';

const DAY = 24 * 3_600_000;

/** A parcel of the order, as an earlier pass may have reported it. */
const unreported = (providerOrderId: string) => ({
  reference: 'SO-20417-1',
  providerOrderId,
  id: 'of an earlier pass',
});

/**
 * Reports of parcels that did not leave after all.
 * @param areNoticed whether the provider declares `voids`
 */
export function describeWithdrawals(service: () => ServiceUnderTest, areNoticed: boolean): void {
  if (!areNoticed)
    describe('withdrawn, where voids are not noticed', () => {
      it('reports no withdrawal of a voided parcel, and its replacement as another parcel', async (test) => {
        const { voidParcel, ship, provider } = having(service(), test, 'voidParcel');
        const id = await submit(service(), 'SO-20417-1');
        const first = await ship(id);
        const before = await pagesSince(provider, null);
        await voidParcel(first);
        const second = await ship(id);
        const known = before.flatMap((page) => page.shipments);
        expect(await withdrawnSince(provider, before.at(-1)!.cursor, known)).toEqual([]);
        const after = await shipmentsSince(provider, before.at(-1)!.cursor);
        expect(after.map(({ trackingNumbers }) => trackingNumbers)).toContainEqual([second]);
        const ids = [...before.flatMap((page) => page.shipments), ...after].map((one) => one.id);
        expect(new Set(ids).size).toBe(2);
      });
    });

  if (areNoticed)
    describe('withdrawn', () => {
      it('leaves a voided parcel out of the shipments', async (test) => {
        const { voidParcel, ship, provider } = having(service(), test, 'voidParcel');
        await voidParcel(await ship(await submit(service(), 'SO-1-1')));
        await ship(await submit(service(), 'SO-2-1'));
        expect((await shipmentsSince(provider, null)).map(({ reference }) => reference)).toEqual(['SO-2-1']);
      });

      it('withdraws a parcel that it never reported', async (test) => {
        const { voidParcel } = having(service(), test, 'voidParcel');
        const id = await submit(service(), 'SO-20417-1');
        const tracking = await service().ship(id);
        await voidParcel(tracking);
        expect(await shipmentsSince(service().provider, null)).toEqual([]);
        expect(await withdrawnSince(service().provider, null, [unreported(id)])).toEqual([
          expect.stringMatching(/^SO-20417-1 ./),
        ]);
      });

      it('withdraws a parcel that it reported days before, under the same id, once or in every pass', async (test) => {
        const { voidParcel } = having(service(), test, 'voidParcel');
        const tracking = await service().ship(await submit(service(), 'SO-20417-1'));
        await service().ship(await submit(service(), 'SO-20418-1'));
        const before = await pagesSince(service().provider, null);
        const known = before.flatMap((page) => page.shipments);
        const [shipment] = known;
        await service().letTimePass(9 * DAY);
        expect(await withdrawnSince(service().provider, before.at(-1)!.cursor, known)).toEqual([]);
        const between = await pagesSince(service().provider, before.at(-1)!.cursor);

        await voidParcel(tracking);
        const withdrawn = [`SO-20417-1 ${shipment!.id}`];
        let { cursor } = between.at(-1)!;
        expect(await withdrawnSince(service().provider, cursor, known)).toEqual(withdrawn);
        for (let pass = 0; pass < 3; pass += 1) {
          cursor = (await pagesSince(service().provider, cursor)).at(-1)!.cursor;
          await service().letTimePass(3_600_000);
          expect([[], withdrawn]).toContainEqual(await withdrawnSince(service().provider, cursor, known));
        }
      });

      it('reports the replacement of a withdrawn parcel under another id', async (test) => {
        const { voidParcel } = having(service(), test, 'voidParcel');
        const id = await submit(service(), 'SO-20417-1');
        await voidParcel(await service().ship(id));
        const second = await service().ship(id);
        const shipments = await shipmentsSince(service().provider, null);
        expect(shipments.map(({ trackingNumbers }) => trackingNumbers)).toEqual([[second]]);
        const known = [unreported(id), ...shipments];
        const withdrawn = await withdrawnSince(service().provider, null, known);
        expect(withdrawn).toHaveLength(1);
        expect(withdrawn).not.toContain(`SO-20417-1 ${shipments[0]!.id}`);
      });

      it('withdraws a parcel whose order is shipped anew before the next pass, and not its replacement', async (test) => {
        const { voidParcel, provider } = having(service(), test, 'voidParcel');
        const id = await submit(service(), 'SO-20417-1');
        const tracking = await service().ship(id);
        const before = await pagesSince(provider, null);
        await voidParcel(tracking);
        await service().ship(id);
        const known = before.flatMap((page) => page.shipments);
        const again = await pagesSince(provider, before.at(-1)!.cursor);
        const after = again.flatMap((page) => page.shipments).slice(-1);
        const both = await withdrawnSince(provider, before.at(-1)!.cursor, [...known, ...after]);
        expect(both).toEqual([`SO-20417-1 ${known[0]!.id}`]);
      });

      it('does not count a voided return label', async (test) => {
        const { voidParcel, sendReturnLabel } = having(service(), test, 'voidParcel', 'sendReturnLabel');
        const id = await submit(service(), 'SO-20417-1');
        await service().ship(id);
        await voidParcel(await sendReturnLabel(id));
        expect(await withdrawnSince(service().provider, null)).toEqual([]);
        expect((await pagesSince(service().provider, null)).flatMap((page) => page.returns)).toEqual([]);
      });
    });
}
