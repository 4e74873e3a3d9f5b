import { startCartRoverSandbox } from 'dear-sandbox/cartrover';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AmbiguousWrite, BudgetExhausted, REFERENCE_TAKEN, Rejected } from '../../../lib/domain/errors.ts';
import { cartRover } from '../../../lib/providers/cartrover/provider.ts';
import { SharedBudget } from '../../../lib/runtime/shared-budget.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { InMemorySlotBook } from '../../fakes/in-memory-slot-book.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { KEYS, openAccount } from './account.ts';

const REFERENCES = ['SO-1-1', 'SO-2-1', 'SO-3-1'];
const BATCH = { path: '/orders/batch' };

type Account = Awaited<ReturnType<typeof openAccount>>;

function submitAll({ provider }: Account, references = REFERENCES) {
  return Promise.allSettled(
    references.map((reference) => provider.submit(sampleOrder({ reference, saleId: reference }))),
  );
}

async function getReferences({ orders }: Account): Promise<string[]> {
  return (await orders()).map(({ fields }) => fields.cust_ref);
}

describe('orders that are sent at the same time', () => {
  it('are created by one call, and an order alone by the call for one', async () => {
    const account = await openAccount();
    const results = await submitAll(account);
    expect(results).toMatchObject(
      REFERENCES.map((providerOrderId) => ({ value: { providerOrderId, cancelled: false } })),
    );
    await account.submit('SO-4-1');
    expect(await getReferences(account)).toEqual([...REFERENCES, 'SO-4-1']);
    expect([account.callsTo('/orders/batch'), account.callsTo('/orders/cartrover')]).toMatchObject([
      { length: 1 },
      { length: 1 },
    ]);
    expect(results[0]).toMatchObject({ value: { remarks: [expect.stringContaining('Process-ID')] } });
  });

  it('are accepted or refused each by itself', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    const bad = sampleOrder({ reference: 'SO-2-1', lines: [sampleLine({ sku: '' })] });
    const [taken, refused, good] = await Promise.allSettled([
      ...['SO-1-1'].map((reference) => account.provider.submit(sampleOrder({ reference }))),
      account.provider.submit(bad),
      account.provider.submit(sampleOrder({ reference: 'SO-3-1' })),
    ]);
    expect(taken).toMatchObject({ reason: { details: { code: REFERENCE_TAKEN, reference: 'SO-1-1' } } });
    expect(refused).toMatchObject({ reason: expect.any(Rejected) });
    expect(good).toMatchObject({ value: { providerOrderId: 'SO-3-1' } });
    expect(await getReferences(account)).toEqual(['SO-1-1', 'SO-3-1']);
  });

  it('are each sent alone where CartRover refuses the whole call', async () => {
    const account = await openAccount();
    await account.fault({ kind: 'answer', code: 'Invalid', message: 'No', match: BATCH });
    expect(await submitAll(account)).toMatchObject(REFERENCES.map(() => ({ status: 'fulfilled' })));
    expect(account.callsTo('/orders/cartrover')).toHaveLength(3);
  });

  it.each([
    ['its answer was lost', { kind: 'timeout-after' }],
    ['the request was lost', { kind: 'timeout-before' }],
    ['it has no verdict', { kind: 'answer', body: toBody({ success: [], failed: [{ cust_ref: null }] }) }],
    ['it has two', { kind: 'answer', body: toBody({ success: REFERENCES.concat(REFERENCES).map(toRow) }) }],
  ])('may all have been created where %s', async (_, fault) => {
    const account = await openAccount();
    await account.fault({ ...fault, match: BATCH });
    const results = await submitAll(account);
    expect(
      results.map((result) => result.status === 'rejected' && result.reason instanceof AmbiguousWrite),
    ).toEqual([true, true, true]);
    const found = await Promise.all(REFERENCES.map((reference) => account.provider.find(reference)));
    expect(found.flat()).toHaveLength(fault.kind === 'timeout-after' ? 3 : 0);
  });

  it('are sent one by one once CartRover answered a batch with something else', async () => {
    const account = await openAccount();
    await account.fault({ kind: 'answer', status: 404, body: '<html>Not Found</html>', match: BATCH });
    expect(await submitAll(account)).toMatchObject(REFERENCES.map(() => ({ status: 'rejected' })));
    expect(await submitAll(account)).toMatchObject(REFERENCES.map(() => ({ status: 'fulfilled' })));
    expect(account.callsTo('/orders/batch')).toHaveLength(1);
  });

  it('leave out an order that was tried before, which may have made the call fail', async () => {
    const account = await openAccount();
    const order = sampleOrder({ reference: 'SO-9-1' });
    await Promise.all([submitAll(account), account.provider.submit(order, true)]);
    expect(account.callsTo('/orders/cartrover')).toHaveLength(1);
    expect(await getReferences(account)).toHaveLength(4);
  });
});

const BEGINNING = Date.UTC(2026, 0, 5, 17);
const ORDERS = 300;

/** Two workers send a backlog, each as many at the same time as a batch of the queue has. */
async function sendBacklog(batchSize: number) {
  const time = new VirtualTime(BEGINNING);
  const timeline = { now: time.now, after: () => () => {} };
  const sandbox = await startCartRoverSandbox({ port: 0, cart: KEYS, timeline });
  onTestFinished(() => sandbox.close());
  const slots = new InMemorySlotBook();
  const queue = Array.from({ length: ORDERS }, (_, index) => `SO-${1000 + index}-1`);
  const limit = { account: 'account', callsPerMinute: 100, burst: 50, budgetClass: 'sale' } as const;
  const work = async () => {
    const clock = { now: time.now, wait: time.wait, random: () => 0.5 };
    const provider = cartRover({
      system: 'cartrover',
      settings: { baseUrl: sandbox.url, warehouse: 'EAST', sendsWarehouse: true },
      secret: { apiUser: KEYS.user, apiKey: KEYS.key },
      now: time.now,
      budget: new SharedBudget({ slots, ...limit, ...clock }),
    });
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      const results = await Promise.allSettled(
        batch.map((reference) => provider.submit(sampleOrder({ reference }))),
      );
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') continue;
        if (!(result.reason instanceof BudgetExhausted)) throw result.reason;
        queue.push(batch[index]!);
      }
    }
    await provider.close();
  };
  await time.run([work, work]);
  const { orders } = (await (await fetch(`${sandbox.url}/sandbox/orders`)).json()) as { orders: unknown[] };
  return {
    seconds: (time.now() - BEGINNING) / 1_000,
    calls: sandbox.calls().length,
    orders: orders.length,
  };
}

it('a backlog of 300 orders takes a tenth of the calls, and no minute instead of two and a half', async () => {
  const [alone, together] = [await sendBacklog(1), await sendBacklog(10)];
  expect(alone).toMatchObject({ orders: ORDERS, calls: ORDERS });
  expect(alone.seconds).toBeGreaterThan(120);
  expect(together).toMatchObject({ orders: ORDERS });
  expect(together.calls).toBeLessThanOrEqual(ORDERS / 10 + 5);
  expect(together.seconds).toBeLessThan(30);
});

function toBody(response: object): string {
  return JSON.stringify({ success_code: true, response });
}

function toRow(cust_ref: string) {
  return { cust_ref, cust_po_no: null };
}
