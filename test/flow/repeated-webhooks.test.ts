import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const REPEATS = 50;
const SECOND = 1_000;

interface Authorised {
  readonly id: string;
  readonly number: string;
}

/** A sale whose order ShipStation has. */
async function orderedSale(): Promise<Authorised> {
  system = await startVirtualSystem();
  const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
  const sale = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS Ground', lines });
  await system.advance(3 * MINUTE);
  return sale;
}

/** DEAR's webhook, once more. */
async function comeAgain({ id, number }: Authorised, times = 1): Promise<void> {
  const event = { SaleID: id, SaleTaskID: id, SaleOrderNumber: number, EventType: 'Sale/OrderAuthorised' };
  for (let time = 0; time < times; time += 1) {
    const headers = { authorization: 'Bearer virtual-webhook-token', 'content-type': 'application/json' };
    const answer = await fetch(system.webhooks.url, { method: 'POST', headers, body: JSON.stringify(event) });
    expect(answer.status).toBe(202);
  }
}

function getReads({ number }: Authorised): number {
  const isRead = (call: ReturnType<VirtualSystem['dearCalls']>[number]) =>
    call.operation === 'GET sale' && call.saleOrderNumber === number;
  return system.dearCalls().filter(isRead).length;
}

describe('a webhook that comes 50 times', () => {
  it('costs at most two readings of the sale if all come at once', async () => {
    const sale = await orderedSale();
    const before = getReads(sale);
    await comeAgain(sale, REPEATS);
    await system.advance(MINUTE);
    expect(getReads(sale) - before).toBeLessThanOrEqual(2);
  });

  it('costs one reading in 2 s if they come within 10 s', async () => {
    const sale = await orderedSale();
    const before = getReads(sale);
    for (let time = 0; time < REPEATS; time += 1) {
      await comeAgain(sale);
      await system.advance(SECOND / 5);
    }
    await system.advance(MINUTE);
    expect(getReads(sale) - before).toBeLessThanOrEqual(6);
  });

  it.each([0, 1, 25, 48])('reports a void after %i of them whose own webhook was lost', async (earlier) => {
    const sale = await orderedSale();
    await comeAgain(sale, earlier);
    await system.advance(SECOND);
    system.webhooks.lose(1);
    await system.dear.click(sale.number, 'void');
    await system.advance(MINUTE);
    system.webhooks.lose(0);
    await comeAgain(sale, REPEATS - earlier);
    await system.advance(6 * SECOND);
    expect(await system.orders.read(`${sale.number}-1`)).toMatchObject({ status: 'Cancelled' });
  });

  it('ends as the sale does if it is voided in between, at the same moment', async () => {
    const sale = await orderedSale();
    await comeAgain(sale, REPEATS / 2);
    await system.dear.click(sale.number, 'void');
    await comeAgain(sale, REPEATS / 2);
    await system.advance(10 * SECOND);
    expect(await system.orders.read(`${sale.number}-1`)).toMatchObject({ status: 'Cancelled' });
  });
});
