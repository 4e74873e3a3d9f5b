import { describe, expect, it } from 'vitest';
import { OrderCalls } from '../../../operator/console/read-calls.ts';
import type { LogLine } from '../../../operator/log-reader.ts';
import { acceptedOrder, NOW } from '../../builders/order.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

const ORDER = acceptedOrder();

const line = (event: string, fields: Record<string, unknown>): LogLine => ({
  at: new Date(NOW).toISOString(),
  service: 'dispatch-order',
  event,
  level: 'INFO',
  fields,
});

/** A deployed bridge whose log reader is resolved by the test, and counts its reads. */
function deployed() {
  const { bridge } = new InMemoryBridge();
  const clock = { now: NOW };
  const asked: Array<PromiseWithResolvers<LogLine[]>> = [];
  const logs = {
    read: () => {
      const answer = Promise.withResolvers<LogLine[]>();
      asked.push(answer);
      return answer.promise;
    },
  };
  const sleepUnref = { over: false };
  const wait = () => (sleepUnref.over ? Promise.resolve() : new Promise(() => {}));
  const calls = new OrderCalls({ ...bridge, kind: 'stack', logs, now: () => clock.now }, wait);
  return { calls, asked, clock, sleepUnref };
}

describe('the calls of an order', () => {
  it('are the lines about it and about its whole sale', async () => {
    const memory = new InMemoryBridge();
    memory.lines.push(
      line('sale.reconciled', { saleOrderNumber: 'SO-00042', changed: 2 }),
      line('order.dispatched', { reference: 'SO-00042-1', outcome: 'submitted' }),
      line('order.dispatched', { reference: 'SO-00042-2', saleOrderNumber: 'SO-00042' }),
      line('order.dispatched', { reference: 'SO-00042-11' }),
      line('sale.reconciled', { saleOrderNumber: 'SO-000421' }),
    );
    const calls = await new OrderCalls(memory.bridge).read(ORDER);
    expect(calls?.map(({ event, fields }) => [event, fields])).toEqual([
      ['sale.reconciled', { saleOrderNumber: 'SO-00042', changed: '2' }],
      ['order.dispatched', { reference: 'SO-00042-1', outcome: 'submitted' }],
    ]);
  });

  it('are those of the whole sale with all its orders, where the page is of the sale', async () => {
    const memory = new InMemoryBridge();
    memory.lines.push(
      line('sale.reconciled', { saleOrderNumber: 'SO-00042' }),
      line('order.dispatched', { reference: 'SO-00042-1' }),
      line('order.dispatched', { reference: 'SO-00042-12' }),
      line('order.dispatched', { reference: 'SO-000421-1' }),
      line('sale.reconciled', { saleOrderNumber: 'SO-000421' }),
    );
    const of = { reference: '', saleOrderNumber: 'SO-00042', createdAt: ORDER.createdAt };
    const calls = await new OrderCalls(memory.bridge).read(of);
    expect(calls?.map(({ fields }) => fields.reference ?? fields.saleOrderNumber)).toEqual([
      'SO-00042',
      'SO-00042-1',
      'SO-00042-12',
    ]);
  });

  it('are searched once a minute in a deployed bridge, however often a page asks', async () => {
    const { calls, asked, clock } = deployed();
    const first = calls.read(ORDER);
    asked[0]?.resolve([line('order.dispatched', { reference: ORDER.reference })]);
    expect(await first).toHaveLength(1);
    expect(await calls.read(ORDER)).toHaveLength(1);
    expect(asked).toHaveLength(1);
    clock.now += 60_000;
    const second = calls.read(ORDER);
    asked[1]?.resolve([]);
    expect(await second).toEqual([]);
  });

  it('are the earlier ones, or null, while a reading takes long', async () => {
    const { calls, asked, clock, sleepUnref } = deployed();
    sleepUnref.over = true;
    expect(await calls.read(ORDER)).toBeNull();
    asked[0]?.resolve([line('order.dispatched', { reference: ORDER.reference })]);
    sleepUnref.over = false;
    expect(await calls.read(ORDER)).toHaveLength(1);
    sleepUnref.over = true;
    clock.now += 60_000;
    expect(await calls.read(ORDER)).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it('are read again after a reading that failed', async () => {
    const { calls, asked } = deployed();
    const failing = calls.read(ORDER);
    asked[0]?.reject(new Error('AccessDenied'));
    await expect(failing).rejects.toThrow('AccessDenied');
    const again = calls.read(ORDER);
    asked[1]?.resolve([]);
    expect(await again).toEqual([]);
  });
});
