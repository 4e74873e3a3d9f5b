import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { OperatorActionNeeded, Rejected, Throttled, type UpstreamError } from '../../lib/domain/errors.ts';
import { listsCatalogue, reportsStock, tracksDelivery, updates } from '../../lib/providers/provider.ts';
import { deliveriesSince } from './delivery-contract.ts';
import { PERSONAL, sampleOrder } from './sample-order.ts';
import { type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';
import { getSkus, getStock } from './stock-contract.ts';

/** The class of each failure, and what its message may contain. */
export function describeFailures(service: () => ServiceUnderTest): void {
  describe('failures', () => {
    it('throws OperatorActionNeeded where the credentials are refused', async () => {
      const calls: Promise<unknown>[] = [
        service().stranger.submit(sampleOrder()),
        service().stranger.find('SO-20417-1'),
        service().stranger.cancel('se-1', 'SO-20417-1'),
        shipmentsSince(service().stranger, null),
      ];
      const { stranger } = service();
      if (updates(stranger)) calls.push(stranger.update('se-1', sampleOrder(), []));
      if (tracksDelivery(stranger)) calls.push(deliveriesSince(stranger, '2026-01-01T00:00:00.000Z'));
      if (reportsStock(stranger)) calls.push(getStock(stranger));
      if (listsCatalogue(stranger)) calls.push(getSkus(stranger));
      for (const result of await Promise.allSettled(calls)) {
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(OperatorActionNeeded) });
      }
      expect(await service().orderCount()).toBe(0);
    });

    it('throws Throttled with the time to wait', async () => {
      await service().throttleNextCall(17);
      const failure = await toFailure(submit(service(), 'SO-20417-1'));
      expect(failure).toBeInstanceOf(Throttled);
      expect((failure as Throttled).retryAfterMs).toBe(17_000);
      expect(await service().orderCount()).toBe(0);
    });

    it('keeps the text of a refusal out of what may be logged', async () => {
      const upstreamMessage = `Odalys Brandt, 77 Larkspur Lane cannot be served`;
      await service().refuseNextWrite(upstreamMessage);
      const refused = await toFailure(submit(service(), 'SO-20417-1'));
      expect(refused).toBeInstanceOf(Rejected);
      expect(refused.details.upstreamMessage).toContain(upstreamMessage);
      await service().loseNextAnswer();
      for (const failure of [refused, await toFailure(submit(service(), 'SO-20417-2'))]) {
        expect(personalTextsIn(failure)).toEqual([]);
        expect(failure.message).toContain('SO-20417-');
      }
    });
  });
}

async function toFailure(call: Promise<unknown>): Promise<UpstreamError> {
  return await call.then(
    () => expect.fail('The call succeeded'),
    (error: UpstreamError) => error,
  );
}

/** Everything that printing the error shows, except `upstreamMessage`, which goes only to the order's log. */
function personalTextsIn(failure: UpstreamError): string[] {
  const { upstreamMessage: _, ...details } = failure.details;
  const shown = `${failure.name} ${failure.message} ${failure.stack} ${inspect(failure.cause, { depth: 9 })} ${inspect(details, { depth: 9 })}`;
  return PERSONAL.filter((text) => shown.includes(text));
}
