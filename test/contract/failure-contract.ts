import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  AmbiguousWrite,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  UpstreamError,
} from '../../lib/domain/errors.ts';
import {
  cancels,
  holds,
  listsCatalogue,
  reportsOrders,
  reportsStock,
  tracksDelivery,
  updates,
} from '../../lib/providers/provider.ts';
import { deliveriesSince } from './delivery-contract.ts';
import { PERSONAL, sampleOrder } from './sample-order.ts';
import { having, type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';
import { getSkus, getStock } from './stock-contract.ts';

/** The class of each failure, and what its message may contain. */
export function describeFailures(service: () => ServiceUnderTest): void {
  describe('failures', () => {
    it('throws OperatorActionNeeded where the credentials are refused', async (test) => {
      const { stranger } = having(service(), test, 'stranger');
      const calls: Promise<unknown>[] = [
        stranger.submit(sampleOrder()),
        stranger.find('SO-20417-1'),
        shipmentsSince(stranger, null),
      ];
      if (cancels(stranger)) calls.push(stranger.cancel('se-1', 'SO-20417-1'));
      if (updates(stranger)) calls.push(stranger.update('se-1', sampleOrder(), []));
      if (holds(stranger)) calls.push(stranger.hold('se-1', 'SO-20417-1', '2026-03-09'));
      if (reportsOrders(stranger)) calls.push(stranger.orderParts('se-1', 'SO-20417-1'));
      if (tracksDelivery(stranger)) calls.push(deliveriesSince(stranger, '2026-01-01T00:00:00.000Z'));
      if (reportsStock(stranger)) calls.push(getStock(stranger));
      if (listsCatalogue(stranger)) calls.push(getSkus(stranger));
      for (const result of await Promise.allSettled(calls)) {
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(OperatorActionNeeded) });
      }
      expect(await service().orderCount()).toBe(0);
    });

    it('throws Throttled with the time to wait', async (test) => {
      const { throttleNextCall } = having(service(), test, 'throttleNextCall');
      await throttleNextCall(17);
      const failure = await toFailure(submit(service(), 'SO-20417-1'));
      expect(failure).toBeInstanceOf(Throttled);
      expect((failure as Throttled).retryAfterMs).toBe(17_000);
      expect(await service().orderCount()).toBe(0);
      await service().letTimePass(17_000);
      await submit(service(), 'SO-20417-1');
      expect(await service().orderCount()).toBe(1);
    });

    it('keeps the text of a refusal out of what may be logged', async (test) => {
      const { refuseNextWrite, loseNextAnswer } = having(
        service(),
        test,
        'refuseNextWrite',
        'loseNextAnswer',
      );
      const upstreamMessage = `Odalys Brandt, 77 Larkspur Lane cannot be served`;
      await refuseNextWrite(upstreamMessage);
      const refused = await toFailure(submit(service(), 'SO-20417-1'));
      expect(refused).toBeInstanceOf(Rejected);
      expect(refused.details.upstreamMessage).toContain(upstreamMessage);
      await loseNextAnswer();
      for (const failure of [refused, await toFailure(submit(service(), 'SO-20417-2'))]) {
        expect(personalTextsIn(failure)).toEqual([]);
        expect(failure.message).toContain('SO-20417-');
      }
    });

    it('fails every call of an outage, and continues afterwards with one order and every parcel', async (test) => {
      const { goDown, comeUp, provider, ship } = having(service(), test, 'goDown', 'comeUp');
      await ship(await submit(service(), 'SO-1-1'));
      const [shipment] = await shipmentsSince(provider, null);
      await goDown();
      const failure = await toFailure(submit(service(), 'SO-20417-1'));
      expect(failure instanceof Unavailable || failure instanceof AmbiguousWrite).toBe(true);
      await expect(provider.find('SO-20417-1')).rejects.toBeInstanceOf(Unavailable);
      await expect(shipmentsSince(provider, null)).rejects.toBeInstanceOf(Unavailable);
      await comeUp();
      expect(await provider.find('SO-20417-1')).toEqual([]);
      await ship(await submit(service(), 'SO-20417-1'));
      const after = await shipmentsSince(provider, null);
      expect(after.map(({ reference }) => reference)).toEqual(['SO-1-1', 'SO-20417-1']);
      expect(after[0]?.id).toBe(shipment?.id);
    });

    it('takes an answer that it cannot read for an error, never for an empty list', async (test) => {
      const { garbleNextAnswer, provider, ship } = having(service(), test, 'garbleNextAnswer');
      await ship(await submit(service(), 'SO-1-1'));
      const reads: Array<() => Promise<unknown>> = [
        () => provider.find('SO-1-1'),
        () => shipmentsSince(provider, null),
      ];
      if (reportsOrders(provider)) reads.push(() => provider.orderParts('se-1', 'SO-1-1'));
      if (tracksDelivery(provider)) reads.push(() => deliveriesSince(provider, '2026-01-01T00:00:00.000Z'));
      if (reportsStock(provider)) reads.push(() => getStock(provider));
      if (listsCatalogue(provider)) reads.push(() => getSkus(provider));
      for (const read of reads) {
        await garbleNextAnswer();
        await expect(read()).rejects.toBeInstanceOf(UnexpectedAnswer);
      }
    });

    it('takes an unreadable answer to a write for a lost one', async (test) => {
      const { garbleNextAnswer } = having(service(), test, 'garbleNextAnswer');
      await garbleNextAnswer();
      expect(await toFailure(submit(service(), 'SO-20417-1'))).toBeInstanceOf(AmbiguousWrite);
    });
  });
}

async function toFailure(call: Promise<unknown>): Promise<UpstreamError> {
  return await call.then(
    () => expect.fail('The call succeeded'),
    (error: unknown) => {
      if (error instanceof UpstreamError) return error;
      throw error;
    },
  );
}

/** Everything that printing the error shows, except `upstreamMessage`, which goes only to the order's log. */
function personalTextsIn(failure: UpstreamError): string[] {
  const { upstreamMessage: _, ...details } = failure.details;
  const shown = `${failure.name} ${failure.message} ${failure.stack} ${inspect(failure.cause, { depth: 9 })} ${inspect(details, { depth: 9 })}`;
  return PERSONAL.filter((text) => shown.includes(text));
}
