import { workerData } from 'node:worker_threads';
import * as z from 'zod';

/** Authorises so many sales of one mug in DEAR's sandbox, in a thread of its own. */
const { origin, location, sales, atOnce } = z
  .object({ origin: z.string(), location: z.string(), sales: z.number(), atOnce: z.number() })
  .parse(workerData);
const request = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
    authorise: true,
  }),
};
let left = sales;

async function sell(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const answer = await fetch(`${origin}/sandbox/sales`, request);
    if (!answer.ok) throw new Error(`The sandbox refused a sale: ${await answer.text()}`);
  }
}

await Promise.all(Array.from({ length: atOnce }, sell));
