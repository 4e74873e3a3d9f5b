import { Deferred } from '../domain/errors.ts';
import { type ConfirmShipmentNeeds, confirmShipment } from './confirm-shipment.ts';

/** One order costs DEAR up to five calls, each with its wait for a slot; with less than this left no further one is begun. */
const TIME_FOR_AN_ORDER_MS = 17_000;

/**
 * Brings DEAR up to date with orders of one sale, one after the other and each once, as they may be told into the same
 * fulfilments. One that fails does not keep the others from it.
 * @throws {Deferred} where time ran out before the last
 * @throws {Error} the first failure; the orders that succeeded need nothing when they are asked for again
 */
export async function confirmOrders(
  references: readonly string[],
  needs: ConfirmShipmentNeeds & { readonly timeLeftMs: () => number },
): Promise<void> {
  const failures: unknown[] = [];
  for (const [index, reference] of [...new Set(references)].entries()) {
    if (index > 0 && needs.timeLeftMs() < TIME_FOR_AN_ORDER_MS) {
      failures.push(new Deferred(`There is no time left for ${reference}`, 0));
      break;
    }
    await confirmShipment(reference, needs).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
