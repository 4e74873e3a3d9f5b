import { afterEach, describe, expect } from 'vitest';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { itForSome } from '../builders/exhaustive.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const SECOND = 1_000;
const LOOK_EVERY = 5 * MINUTE;
const GIVES_UP_AFTER_S = 1_200;

async function authoriseSales(count: number): Promise<string[]> {
  const references: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
    const sale = { location: system.location, carrier: 'UPS Ground', lines };
    references.push(`${(await system.dear.authoriseSale(sale)).number}-1`);
  }
  return references;
}

/** Their parcels left just before the next collection of shipments. */
async function letLeave(references: readonly string[]): Promise<void> {
  for (const reference of references) {
    const [order] = await system.bench.ordersFor(reference);
    if (order === undefined) throw new Error(`${reference} did not reach ShipStation`);
    await system.bench.ship(order.id);
  }
  await system.advance(LOOK_EVERY - (system.now() % LOOK_EVERY));
}

type Refusals = 'none' | 'one' | 'every 20 s for 5 minutes' | 'one, for 60 s' | 'every 20 s, for 60 s each';

/** Makes DEAR refuse the next call if one is due in this second, and none is to be refused already. */
function refuser(refusals: Refusals) {
  const asks = refusals.includes('for 60 s') ? { retryAfter: '60 Seconds' } : {};
  let asked = 0;
  return async (second: number) => {
    const due = refusals.startsWith('one') ? second === 0 : second % 20 === 0 && second < 300;
    const refused = system.dearCalls().filter((call) => call.refused === 'fault').length;
    if (refusals === 'none' || !due || asked > refused) return;
    asked += 1;
    await system.screen('dear', 'POST', 'faults', { kind: 'refuse-429', ...asks });
  };
}

/** Lets time pass until it holds of all orders. @returns after how many s */
async function secondsUntil(
  holds: (order: FulfillmentOrder | null) => boolean,
  references: readonly string[],
  refusals: Refusals,
): Promise<number> {
  const refuse = refuser(refusals);
  const left = [...references];
  for (let second = 0; second <= GIVES_UP_AFTER_S; second += 1) {
    while (left[0] !== undefined && holds(await system.orders.read(left[0]))) left.shift();
    if (left.length === 0) return second;
    await refuse(second);
    await system.advance(SECOND);
  }
  return Number.POSITIVE_INFINITY;
}

/** Calls of DEAR in the fullest 60 s. */
function fullestMinute(): number {
  const at = system.dearCalls().map((call) => Date.parse(call.at));
  return Math.max(...at.map((begin) => at.filter((one) => one >= begin && one < begin + MINUTE).length));
}

const isConfirmed = (order: FulfillmentOrder | null) => order?.confirmation.state === 'confirmed';
const isAccepted = (order: FulfillmentOrder | null) => order?.submission.state === 'submitted';

describe('a refusal by rate while many parcels are confirmed', () => {
  // Three calls a parcel, one every 1.14 s: 40 s for 12, 122 s for 36, where nothing is refused.
  itForSome<[number, Refusals, number]>(
    [
      [12, 'none', 45],
      [12, 'one', 50],
      [12, 'every 20 s for 5 minutes', 65],
      [12, 'one, for 60 s', 110],
      [12, 'every 20 s, for 60 s each', 410],
      [36, 'none', 130],
      [36, 'one', 135],
      [36, 'every 20 s for 5 minutes', 165],
      [36, 'one, for 60 s', 190],
      [36, 'every 20 s, for 60 s each', 500],
    ],
    4,
  )('%i parcels, refusals: %s: all are confirmed within %i s', async ([count, refusals, seconds]) => {
    system = await startVirtualSystem({ budget: 'shared' });
    const references = await authoriseSales(count);
    await system.advance(4 * MINUTE);
    await letLeave(references);
    expect(await secondsUntil(isConfirmed, references, refusals)).toBeLessThanOrEqual(seconds);
    expect(fullestMinute()).toBeLessThanOrEqual(55);
  });
});

describe('a refusal by rate while many sales are read', () => {
  itForSome<[number, Refusals, number]>(
    [
      [12, 'none', 25],
      [12, 'one', 35],
      [12, 'every 20 s for 5 minutes', 40],
      [36, 'none', 50],
      [36, 'one', 55],
      [36, 'every 20 s for 5 minutes', 75],
    ],
    2,
  )('%i sales, refusals: %s: ShipStation has all within %i s', async ([count, refusals, seconds]) => {
    system = await startVirtualSystem({ budget: 'shared' });
    const references = await authoriseSales(count);
    // The webhooks come after a minute.
    await system.advance(MINUTE - SECOND);
    expect(await secondsUntil(isAccepted, references, refusals)).toBeLessThanOrEqual(seconds);
    expect(fullestMinute()).toBeLessThanOrEqual(55);
  });
});
