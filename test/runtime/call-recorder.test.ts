import { beforeEach, describe, expect, it } from 'vitest';
import type { ObservedCall } from '../../lib/domain/call/recorded-call.ts';
import {
  type CallRecorderDeps,
  type CallSubject,
  callsOfOrders,
  callsOfSale,
  recordCalls,
} from '../../lib/runtime/call-recorder.ts';
import { Calls } from '../../lib/store/calls.ts';
import { getCallObserver } from '../../lib/upstream/observe.ts';
import { NOW, queuedOrder } from '../builders/order.ts';
import { sampleOrder } from '../contract/sample-order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const REFERENCE = 'SO-00042-1';
const DAY = 86_400_000;

function call(overrides: Partial<ObservedCall> = {}): ObservedCall {
  const side = (body: unknown) => ({ headers: {}, body: JSON.stringify(body), isFile: false });
  return {
    system: 'lantern',
    operation: 'create shipment',
    reference: REFERENCE,
    method: 'POST',
    url: 'https://service.example/v2/shipments',
    query: '',
    status: 200,
    durationMs: 40,
    credentials: ['api-key'],
    request: side({ ship_to: { name: 'Odalys Brandt' } }),
    answer: side({ shipment_id: 'se-1' }),
    fault: '',
    ...overrides,
  };
}
const READ = { operation: 'read sale', method: 'GET' } as const;

let table = new InMemoryTable();
let lines: Array<[event: string, fields: object]> = [];
let lost: unknown[] = [];
beforeEach(() => {
  table = new InMemoryTable();
  lines = [];
  lost = [];
});

const kept = async (owner = REFERENCE) => (await new Calls(table, 14).list(owner, NOW)).reverse();
const settled = () => new Promise((resolve) => setImmediate(resolve));
const SUBJECT: CallSubject = {
  fields: { reference: REFERENCE },
  toOwner: () => REFERENCE,
  readContents: async () => [sampleOrder()],
};

/** Runs work that makes calls. */
function record<Result>(
  work: (report: (made: ObservedCall) => void) => Promise<Result>,
  deps: Partial<CallRecorderDeps> = {},
  subject = SUBJECT,
): Promise<Result> {
  const all: CallRecorderDeps = {
    calls: new Calls(table, 14),
    now: () => NOW,
    log: (event, fields) => void lines.push([event, fields]),
    onLost: (error) => void lost.push(error),
    wait: () => new Promise(() => {}),
    ...deps,
  };
  return recordCalls(subject, all, () => work((made) => getCallObserver()?.(made)));
}

describe('the calls of a work', () => {
  it.each([
    ['failed', call({ ...READ, status: 500 })],
    ['had no answer', call({ ...READ, status: undefined, answer: null, fault: 'the connection was reset' })],
    ['may have changed something', call()],
  ])('are kept while it still runs, where one %s', async (_, made) => {
    void record(async (report) => {
      report(made);
      // The process dies here.
      await new Promise(() => {});
    });
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(await kept()).toMatchObject([{ operation: made.operation, status: made.status ?? null }]);
  });

  it('are kept in one row, the reads before a write with it', async () => {
    await record(async (report) => {
      report(call({ ...READ }));
      report(call());
    });
    expect((await kept()).map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(table.puts).toBe(1);
  });

  it('are kept when it has failed', async () => {
    const work = record(async (report) => {
      report(call({ ...READ }));
      throw new Error('not in the table');
    });
    await expect(work).rejects.toThrow('not in the table');
    expect(await kept()).toHaveLength(1);
  });

  it('never fail it, where the table is away', async () => {
    const calls = { add: () => Promise.reject(new Error('the table is away')) };
    await record(async (report) => report(call()), { calls });
    expect(lost).toMatchObject([{ message: 'the table is away' }]);
  });

  it('do not hold it up, where the table does not answer', async () => {
    const deps = { calls: { add: () => new Promise<void>(() => {}) }, wait: () => Promise.resolve() };
    await record(async (report) => report(call()), deps);
    expect(lost).toEqual([]);
  });

  it('are logged without bodies, query and credentials, under the id of the kept call', async () => {
    await record(async (report) => report(call({ query: '?search=Odalys' })));
    const [kept1] = await kept();
    expect(lines).toEqual([
      [
        'upstream.called',
        {
          reference: REFERENCE,
          call: kept1?.id,
          system: 'lantern',
          operation: 'create shipment',
          method: 'POST',
          url: 'https://service.example/v2/shipments',
          status: 200,
          durationMs: 40,
        },
      ],
    ]);
  });

  it('cost no reading of the customer, unless an answer has a sentence', async () => {
    let reads = 0;
    const readContents = async () => {
      reads += 1;
      return [sampleOrder()];
    };
    const error = { headers: {}, body: '{"message":"No street"}', isFile: false };
    await record(async (report) => report(call()), {}, { ...SUBJECT, readContents });
    expect(reads).toBe(0);
    await record(
      async (report) => {
        report(call({ status: 400, answer: error }));
        report(call({ status: 400, answer: error }));
      },
      {},
      { ...SUBJECT, readContents },
    );
    expect(reads).toBe(1);
  });

  it('are only logged, where none are kept', async () => {
    await record(async (report) => report(call()), { calls: null });
    expect([lines.length, table.puts]).toEqual([1, 0]);
  });

  it('keep no sentence of an answer, where the customer cannot be read', async () => {
    const answer = { headers: {}, body: '{"message":"Odalys is unknown"}', isFile: false };
    const subject = { ...SUBJECT, readContents: () => Promise.reject(new Error('away')) };
    await record(async (report) => report(call({ status: 400, answer })), {}, subject);
    expect(await kept()).toMatchObject([{ answer: { body: '{"message":"•••"}' } }]);
  });

  it('expire after the days of the setting', async () => {
    await record(async (report) => report(call()));
    expect(table.stored()[0]?.expiresAt).toBe(Math.floor((NOW + 14 * DAY) / 1000));
    expect(await new Calls(table, 14).list(REFERENCE, NOW + 14 * DAY)).toEqual([]);
  });
});

describe('the call of', () => {
  const order = queuedOrder();
  const content = sampleOrder();
  const orders = { read: async () => order, readContent: async () => content };

  it('an order of several is kept for it, and one that names none of them for the first', async () => {
    const subject = callsOfOrders(['SO-1-1', 'SO-1-2'], { orders });
    expect(subject.toOwner(call({ reference: 'SO-1-2' }))).toBe('SO-1-2');
    expect(subject.toOwner(call({ reference: 'a sale’s id' }))).toBe('SO-1-1');
    expect(await subject.readContents('SO-1-1')).toEqual([content, content]);
  });

  it('a sale is kept for the sale, and none that reads products', async () => {
    const sales = { read: async () => null };
    const event = {
      saleId: 'sale-1',
      saleTaskId: '',
      saleOrderNumber: 'SO-1',
      event: 'Sale/OrderAuthorised',
      trackingNumbers: [],
      receivedAt: '2026-03-02T09:00:00.000Z',
    };
    const subject = callsOfSale([event], { orders, sales });
    expect(subject.fields).toEqual({ saleId: 'sale-1', saleOrderNumber: 'SO-1' });
    expect(subject.toOwner(call({ ...READ, reference: 'sale-1' }))).toBe('sale-1');
    expect(subject.toOwner(call({ operation: 'list products', reference: 'product' }))).toBeNull();
    expect(await subject.readContents('sale-1')).toEqual([]);
  });
});
