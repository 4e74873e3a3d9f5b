import { describe, expect, it } from 'vitest';
import { untouchedStages } from '../../lib/domain/confirmation/confirmation-step.ts';
import { Rejected } from '../../lib/domain/errors.ts';
import { toConfirmed } from '../../lib/workflows/confirmation-outcomes.ts';
import { connection } from '../builders/connection.ts';
import { acceptedOrder, box, NOW } from '../builders/order.ts';
import { World } from './world.ts';

describe('a confirmation that DEAR shows', () => {
  const told = box({ id: 'parcel-1' });
  const order = { ...acceptedOrder(), packages: [told, box({ id: 'parcel-2' })] };
  const outcome = toConfirmed(
    untouchedStages('task-1', 'simple'),
    [{ order, packages: [told], connection: connection() }],
    { now: () => NOW },
  );

  it('is one of the parcels that were written, and not of those that left meanwhile', () => {
    expect(outcome(order, order.packages).confirmation.packages).toEqual(['parcel-1']);
  });

  it('is one of the parcels of each other order that shares the fulfilment', () => {
    const sibling = { ...order, reference: 'SO-00042-2' };
    expect(outcome(sibling, sibling.packages).confirmation.packages).toEqual(['parcel-1', 'parcel-2']);
  });
});

describe('a write that DEAR refuses while a stock take is open', () => {
  it.each([
    ['of the order’s location', '', 'locked'],
    ['of the building that the parcel left from', 'Harbour Store', 'locked'],
    ['of another location', 'Quay', 'refused'],
  ])('is a lock where it is one %s', async (_, location, state) => {
    const world = new World();
    world.connections = [connection({ warehouses: { East: 'Harbour Store' } })];
    await world.reconcile();
    await world.dispatch();
    world.service.ship('order-1', undefined, { warehouse: 'East' });
    await world.collect();
    const of = location || (await world.order()).location;
    world.dear.stockTakes = [{ number: 'ST-00009', reference: '', location: of }];
    const no = new Rejected({ system: 'DEAR', operation: 'authorise', upstreamMessage: 'No.' });
    world.dear.failWrites('pick', no, no);
    await world.confirm();
    expect((await world.order()).confirmation.state).toBe(state);
  });
});
