import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../lib/domain/clock.ts';
import { ActionRefused } from '../../../lib/domain/order/allowed-actions.ts';
import { WHOLE_AUDIT } from '../../../operator/audit.ts';
import { consoleDeps } from '../../../operator/console/console-deps.ts';
import { NotFound } from '../../../operator/user-errors.ts';
import { NOW } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { breakOrder, seedOrder, seedSale } from '../seed.ts';
import { Browser } from './browser.ts';

async function session() {
  const memory = new InMemoryBridge();
  const held = await seedOrder(memory, { status: 'On Hold', desired: 'held', hold: 'person' });
  return { memory, held, deps: consoleDeps(memory.bridge, { name: 'Mina' }) };
}

const AUDIT = { ...WHOLE_AUDIT, readings: 'also' } as const;

describe('an order at the console', () => {
  it('comes with its allowed actions', async () => {
    const { held, deps } = await session();
    expect(await deps.order(held.reference)).toMatchObject({
      order: { status: 'On Hold' },
      content: { reference: held.reference },
      actions: ['cancel', 'edit', 'ship'],
    });
    expect(await deps.order('SO-9-9')).toBeNull();
  });

  it('is changed, queued for its provider, and recorded with the operator’s name', async () => {
    const { memory, held, deps } = await session();
    await deps.act(held.reference, 'ship');
    expect((await deps.order(held.reference))?.order).toMatchObject({ status: 'Queued', released: true });
    expect(memory.fulfillment.messages).toEqual([{ reference: held.reference }]);
    const { entries } = await deps.audit(AUDIT);
    expect(entries.filter(({ what }) => what.startsWith('ship'))).toMatchObject([
      { at: new Date(NOW).toISOString(), by: 'Mina', identity: 'local/Ada', about: held.reference },
    ]);
  });

  it('is recorded as read once an hour, however often its page reads it', async () => {
    const { memory, held, deps } = await session();
    for (let times = 0; times < 3; times += 1) await deps.order(held.reference);
    memory.now += HOUR_MS;
    await deps.order(held.reference);
    expect((await deps.audit(AUDIT)).entries.map(({ what }) => what)).toEqual(
      Array(2).fill('read personal data: address'),
    );
  });

  it('is left as it is where its status does not allow the action, and nothing is recorded', async () => {
    const { held, deps } = await session();
    await expect(deps.act(held.reference, 'retry')).rejects.toThrow(ActionRefused);
    expect((await deps.audit(AUDIT)).entries).toEqual([]);
  });
});

describe('an order that cannot be read', () => {
  const notice = (reference: string) => `Left out: The stored order ${reference} cannot be read: packages`;

  it('is named above the page whose list lacks it, until it is mended', async () => {
    const { memory, held, deps } = await session();
    const browser = new Browser(deps);
    const mend = await breakOrder(memory, held);
    expect(await browser.page('/')).toContain(notice(held.reference));
    expect(await browser.page('/jobs')).not.toContain('Left out:');
    await mend();
    expect(await browser.page('/')).not.toContain('Left out:');
  });

  it('is named on each page of two that are requested at once', async () => {
    const { memory, held, deps } = await session();
    const browser = new Browser(deps);
    await breakOrder(memory, held);
    const [board, jobs, again] = await Promise.all(['/', '/jobs', '/'].map((path) => browser.page(path)));
    expect([board, again].map((page) => page?.includes(notice(held.reference)))).toEqual([true, true]);
    expect(jobs).not.toContain('Left out:');
  });
});

describe('a sale at the console', () => {
  it('comes with its orders, and is queued to be read again', async () => {
    const { memory, held, deps } = await session();
    expect((await deps.sale(held.saleId))?.orders).toHaveLength(1);
    await deps.reconcile(held.saleId);
    expect(memory.saleEvents.messages).toMatchObject([{ saleId: held.saleId, event: 'operator' }]);
    expect((await deps.audit(AUDIT)).entries).toHaveLength(1);
  });

  it('is queued by its id where it has no order number yet', async () => {
    const { memory, deps } = await session();
    await seedSale(memory, sale({ id: 'draft-1', orderNumber: '' }));
    await deps.reconcile('draft-1');
    expect(memory.saleEvents.messages).toMatchObject([{ saleId: 'draft-1', saleOrderNumber: '' }]);
    expect(await memory.audit()).toMatchObject([{ about: 'draft-1' }]);
  });

  it('is not found where the bridge has never read it', async () => {
    const { deps } = await session();
    expect(await deps.sale('unknown')).toBeNull();
    await expect(deps.reconcile('unknown')).rejects.toThrow(NotFound);
  });
});

describe('operations at the console', () => {
  it('show what parked messages are about, and redrive the chosen ones', async () => {
    const { memory, deps } = await session();
    memory.queues.fulfillment.park('{"reference":"SO-1-1"}', 'SO-1-1');
    memory.queues.fulfillment.park('{"reference":"SO-2-1"}', 'SO-2-1');
    const parked = await deps.parked('fulfillment');
    expect(parked.map(({ about }) => about)).toEqual(['{"reference":"SO-1-1"}', '{"reference":"SO-2-1"}']);
    await deps.redrive('fulfillment', [parked[1]?.id ?? '']);
    expect(memory.queues.fulfillment.redriven).toEqual(['{"reference":"SO-2-1"}']);
    expect(await deps.queues()).toContainEqual(expect.objectContaining({ name: 'fulfillment', parked: 1 }));
    await expect(deps.parked('letters')).rejects.toThrow('There is no queue letters');
  });

  it('list every job of every connection, and start one', async () => {
    const { memory, deps } = await session();
    const names = (await deps.jobs()).map(({ job, connection }) => `${job} ${connection}`);
    expect(names).toContain('collect-shipments lantern');
    expect(names).toContain('probe ');
    await deps.startJob('collect-shipments', 'lantern');
    expect(memory.jobs.messages).toMatchObject([{ job: 'collect-shipments', connection: 'lantern' }]);
    expect(await memory.audit()).toEqual([
      { by: 'Mina', what: 'started collect-shipments', about: 'lantern' },
    ]);
  });

  it.each([
    ['brew-tea', 'lantern'],
    ['collect-shipments', 'nowhere'],
    ['collect-shipments', ''],
  ])('start no unknown job %s of %s', async (job, connection) => {
    const { memory, deps } = await session();
    await expect(deps.startJob(job, connection)).rejects.toThrow(NotFound);
    expect(memory.jobs.messages).toEqual([]);
  });

  it('pause a connection and resume it', async () => {
    const { memory, deps } = await session();
    await deps.pause('lantern', true, 'Stock count');
    expect(await deps.paused()).toMatchObject([{ connection: 'lantern', why: 'Stock count' }]);
    memory.now += 1_000;
    await deps.pause('lantern', false, '');
    expect(await deps.paused()).toEqual([]);
    // Both entries of the pause are of one millisecond.
    expect((await deps.audit(AUDIT)).entries.map(({ what }) => what.split(',')[0]).sort()).toEqual([
      'paused',
      'paused it because: Stock count',
      'resumed',
    ]);
  });

  it('show why the webhooks cannot be read where DEAR’s credentials are missing', async () => {
    const { deps } = await session();
    const { rows, problem } = await deps.webhooks();
    expect(rows).toEqual([]);
    expect(problem).toContain('credentials');
  });

  it('show no drift where the stock was never compared', async () => {
    const { deps } = await session();
    expect(await deps.drift('lantern')).toBeNull();
  });
});
