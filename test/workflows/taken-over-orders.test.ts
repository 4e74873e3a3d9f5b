import { describe, expect, it } from 'vitest';
import { ADOPTED_PARCELS } from '../../lib/domain/order/takeover.ts';
import type { OtherOrder } from '../../lib/providers/provider.ts';
import { connection } from '../builders/connection.ts';

import { World } from './world.ts';

const REFERENCE = 'SO-00042-1';
const CUTOVER = {
  connection: 'lantern',
  at: '2026-02-03T08:00:00.000Z',
  by: 'Ada',
  since: '2026-02-01T00:00:00.000Z',
};

/** An order whose connection replaced another one, at a service that has orders under numbers of that one. */
async function takenOver(
  found: Record<string, Partial<OtherOrder>[]>,
  replaces = { numbers: ['{sale}', '{customer}'] },
) {
  const world = new World();
  world.connections = [connection({ replaces })];
  await world.reconcile();
  const { lines } = await world.order();
  const goods = lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const toOther = (fields: Partial<OtherOrder>): OtherOrder => ({
    ...{ providerOrderId: 'old-1', reference: 'SO-00042', state: 'open', goods, method: '', createdAt: '' },
    ...{ shipTo: { line1: '', postcode: '' }, ...fields },
  });
  const asked: string[] = [];
  world.provider = Object.assign(world.provider, {
    ordersNumbered: async (number: string) => {
      asked.push(number);
      return (found[number] ?? []).map(toOther);
    },
  });
  return { world, asked };
}

describe('an order of a connection that replaced another one', () => {
  it('is sent where the connector before made none', async () => {
    const { world, asked } = await takenOver({});
    await world.dispatch();
    expect(asked).toContain('SO-00042');
    expect(world.service.orders).toHaveLength(1);
    expect(await world.cursors.read(ADOPTED_PARCELS, 'lantern')).toBeNull();
  });

  it('is adopted where the connector before made it, and its parcels are read again', async () => {
    const { world } = await takenOver({ 'SO-00042': [{}] });
    await world.takeovers.begin(CUTOVER);
    await world.dispatch();
    expect(world.service.orders).toEqual([]);
    expect(await world.order()).toMatchObject({
      status: 'Shipped',
      submission: { state: 'submitted', providerOrderId: 'old-1' },
      takeover: { state: 'adopted', number: 'SO-00042' },
    });
    expect(await world.takeovers.findAdopted('lantern', 'SO-00042')).toBe(REFERENCE);
    expect(await world.cursors.read(ADOPTED_PARCELS, 'lantern')).toBe(CUTOVER.since);
  });

  it.each([
    ['an earlier time is asked for, which stays', '2026-01-20T00:00:00.000Z', '2026-01-20T00:00:00.000Z'],
    ['a later one', '2026-02-02T00:00:00.000Z', CUTOVER.since],
    ['one was read', '', CUTOVER.since],
  ])('has its parcels read since the cut-over where %s', async (_, before, after) => {
    const { world } = await takenOver({ 'SO-00042': [{}] });
    await world.takeovers.begin(CUTOVER);
    await world.cursors.save(ADOPTED_PARCELS, 'lantern', before);
    await world.dispatch();
    expect(await world.cursors.read(ADOPTED_PARCELS, 'lantern')).toBe(after);
  });

  it('has its parcels read since it was made where there was no cut-over', async () => {
    const { world } = await takenOver({ 'SO-00042': [{}] });
    const { createdAt } = await world.order();
    await world.dispatch();
    expect(await world.cursors.read(ADOPTED_PARCELS, 'lantern')).toBe(createdAt);
  });

  it('is sent where another order of ours adopted the one that was found', async () => {
    const { world } = await takenOver({ 'SO-00042': [{}] });
    await world.takeovers.saveAdopted('lantern', 'SO-00042', 'SO-00041-1');
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect(await world.takeovers.findAdopted('lantern', 'SO-00042')).toBe('SO-00041-1');
  });

  it('adopts again what it adopted before a crash', async () => {
    const { world } = await takenOver({ 'SO-00042': [{}] });
    await world.takeovers.saveAdopted('lantern', 'SO-00042', REFERENCE);
    await world.dispatch();
    expect(await world.order()).toMatchObject({ takeover: { state: 'adopted' } });
  });

  it.each<[string, Record<string, Partial<OtherOrder>[]>, string]>([
    ['has two orders', { 'SO-00042': [{}, { providerOrderId: 'old-2' }] }, '2 orders for it'],
    ['has other goods', { 'SO-00042': [{ goods: [{ sku: 'VASE', quantity: 1 }] }] }, 'other goods'],
    ['has cancelled it', { 'SO-00042': [{ state: 'cancelled' }] }, 'cancelled there'],
  ])('is held for a person where the service %s', async (_, found, why) => {
    const { world } = await takenOver(found);
    await world.dispatch();
    expect(world.service.orders).toEqual([]);
    const { status, hold, takeover, reason } = await world.order();
    expect({ status, takeover: takeover?.state }).toEqual({ status: 'On Hold', takeover: 'unclear' });
    expect(`${hold} ${reason}`).toContain(why);
  });

  it('that a person has released is sent, whatever the service has', async () => {
    const { world, asked } = await takenOver({ 'SO-00042': [{}] });
    await world.orders.update(await world.order(), (current) => ({
      ...current,
      takeover: { state: 'overruled', number: '', isPartlyShipped: false },
    }));
    await world.dispatch();
    expect(asked).toEqual([]);
    expect(world.service.orders).toHaveLength(1);
  });

  it('that may have been sent before is held where the service cannot be asked', async () => {
    const world = new World();
    world.connections = [connection({ replaces: { numbers: ['{sale}'] } })];
    await world.reconcile();
    await world.orders.update(await world.order(), (current) => ({
      ...current,
      takeover: { state: 'possible', number: '', isPartlyShipped: false },
    }));
    await world.dispatch();
    expect(world.service.orders).toEqual([]);
    expect((await world.order()).reason).toContain(
      'lantern cannot be asked whether the connector before sent it.',
    );
  });

  it('is sent where the service cannot be asked and it was never planned in shadow mode', async () => {
    const world = new World();
    world.connections = [connection({ replaces: { numbers: ['{sale}'] } })];
    await world.reconcile();
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
  });

  it('is not looked for where it was sent before', async () => {
    const { world, asked } = await takenOver({});
    await world.dispatch();
    const sent = await world.order();
    expect(sent.submission.attempt).toBe(1);
    asked.length = 0;
    world.now += 60_000;
    await world.dispatch();
    expect(asked).toEqual([]);
  });
});
