import { afterEach, describe, expect } from 'vitest';
import * as z from 'zod';
import { itForSome } from '../builders/exhaustive.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const callLog = z.object({ calls: z.array(z.object({ method: z.string(), path: z.string() })) });

/** The number of calls of ShipStation by kind, since its sandbox started. */
async function providerCalls(): Promise<string[]> {
  const { calls } = callLog.parse(await system.screen('shipStation', 'GET', 'calls'));
  return calls.map(({ method, path }) => `${method} ${path}`);
}

/** Authorises sales at intervals; ShipStation ships each a minute after it arrived. */
async function sell(sales: number, everyMs: number): Promise<string[]> {
  system = await startVirtualSystem({ shipsAfterMs: MINUTE, shipmentWebhooks: 'on' });
  const numbers: string[] = [];
  for (let sale = 0; sale < sales; sale += 1) {
    const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      carrier: 'UPS Ground',
      lines,
    });
    numbers.push(number);
    await system.advance(everyMs);
  }
  return numbers;
}

describe('calls of ShipStation, which announces each shipment twice,', () => {
  itForSome(
    [
      { sales: 40, everyMs: 0, most: 2 },
      { sales: 40, everyMs: 400, most: 2.5 },
      // Runs that are 5 s apart find fewer parcels each.
      { sales: 20, everyMs: 3_000, most: 5 },
    ],
    3,
  )('are at most $most a shipment if $sales leave $everyMs ms apart', async ({ sales, everyMs, most }) => {
    const numbers = await sell(sales, everyMs);
    await system.advance(20 * MINUTE);
    const orders = await Promise.all(numbers.map((number) => system.orders.read(`${number}-1`)));
    expect(orders.map((order) => order?.status)).toEqual(numbers.map(() => 'Shipped'));
    const calls = await providerCalls();
    expect(calls.length / sales).toBeLessThanOrEqual(most);
  });
});
