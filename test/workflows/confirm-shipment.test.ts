import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, Throttled, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { connection } from '../builders/connection.ts';
import { fulfilment, sale, toStageLines } from '../builders/sale.ts';
import { World } from './world.ts';

const details = { system: 'DEAR', operation: 'authorise' };

/** Everything left in one parcel, which is not confirmed yet. */
async function shipped(from: Sale = sale(), inParts = false): Promise<World> {
  const world = new World(from);
  await world.reconcile();
  await world.dispatch();
  if (inParts) world.service.shipInParts('order-1');
  else world.service.ship('order-1');
  await world.collect();
  world.dear.calls.length = 0;
  return world;
}

const getStages = (world: World) =>
  world.dear.sale.fulfilments.map(({ pick, pack, ship }) => [pick.status, pack.status, ship.status]);
const DONE = [['AUTHORISED', 'AUTHORISED', 'AUTHORISED']];

describe('confirming a shipment to DEAR', () => {
  it('costs three calls and reads nothing', async () => {
    const world = await shipped();
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
    expect(getStages(world)).toEqual(DONE);
    expect(world.dear.sale.fulfilments[0]?.ship.lines).toMatchObject([
      { carrier: 'Carrier', trackingNumbers: ['TRACK1'] },
    ]);
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'confirmed', packages: ['parcel-1'] },
      reason: 'Shipped, and confirmed to DEAR.',
    });
  });

  it('costs nothing the second time', async () => {
    const world = await shipped();
    await world.confirm();
    await world.confirm();
    expect(world.dear.calls).toHaveLength(3);
  });

  it('has a box and a ship line for each parcel', async () => {
    const world = await shipped(sale(), true);
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
    expect(
      world.dear.sale.fulfilments[0]?.ship.lines.map(({ boxes, trackingNumbers }) => [
        boxes,
        trackingNumbers,
      ]),
    ).toEqual([
      [['SO-00042-1 box 1'], ['TRACK1']],
      [['SO-00042-1 box 2'], ['TRACK2']],
    ]);
  });

  it('goes into an advanced sale’s open fulfilment', async () => {
    const done = fulfilment({
      taskId: 'task-1',
      pick: { status: 'AUTHORISED', lines: [] },
      ship: { status: 'NOT AVAILABLE', lines: [] },
    });
    const world = await shipped(
      sale({ type: 'advanced', fulfilments: [done, fulfilment({ taskId: 'task-2' })] }),
    );
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
    expect(world.dear.sale.fulfilments[1]?.ship.status).toBe('AUTHORISED');
  });

  it('makes a fulfilment in an advanced sale that has none', async () => {
    const world = await shipped(sale({ type: 'advanced' }));
    await world.confirm();
    expect(world.dear.calls).toEqual(['read', 'create-fulfilment', 'pick', 'pack', 'ship']);
    expect(getStages(world)).toEqual(DONE);
  });
});

describe('the number of a second label, whose goods are all in the parcel of the first', () => {
  const numbersByFulfilment = (world: World) =>
    world.dear.sale.fulfilments.map(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers));

  async function converting(): Promise<World> {
    const world = new World(sale());
    world.connections = [connection({ partialShipments: 'convert' })];
    await world.reconcile();
    await world.dispatch();
    return world;
  }

  it('is added to the fulfilment of that parcel, and makes none of its own', async () => {
    const world = await converting();
    const [line] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [line!]);
    await world.collect();
    await world.confirm();
    world.service.ship('order-1', []);
    await world.collect();
    await world.confirm();
    expect(world.dear.calls).not.toContain('create-fulfilment');
    expect(numbersByFulfilment(world)).toEqual([['TRACK1', 'TRACK2']]);
    expect((await world.order()).confirmation.packages).toEqual(['parcel-1', 'parcel-2']);
  });

  it('that is reported before any goods waits for them, because DEAR picks no fulfilment without goods', async () => {
    const world = await converting();
    world.service.ship('order-1', []);
    await world.collect();
    await world.confirm();
    expect(world.dear.calls).toEqual(['read']);
    expect(waitingFor(await world.order())).toBe('departure');
    world.service.ship('order-1');
    await world.collect();
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK2', 'TRACK1']]);
  });

  it.each(['pick', 'pack', 'ship'] as const)(
    'is added as well after the process died at the %s',
    async (stage) => {
      const world = await converting();
      world.service.ship('order-1');
      world.service.ship('order-1', []);
      await world.collect();
      world.dear.failWrites(stage, 'killed after');
      await expect(world.confirm()).rejects.toThrow('killed');
      // Labels that were left for the next attempt send the message back.
      await world.confirm().catch(() => {});
      await world.confirm();
      expect(world.dear.calls).not.toContain('create-fulfilment');
      expect(numbersByFulfilment(world)).toEqual([['TRACK1', 'TRACK2']]);
      expect((await world.order()).confirmation).toMatchObject({ state: 'confirmed' });
    },
  );

  it('is added where a person picked and packed without naming a box', async () => {
    const world = await converting();
    world.service.ship('order-1');
    world.service.ship('order-1', []);
    await world.collect();
    world.dear.byHand('pick');
    world.dear.byHand('pack');
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK1', 'TRACK2']]);
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'confirmed', packages: ['parcel-1', 'parcel-2'] },
      packages: [{ shownIn: { box: 'SO-00042-1 box 1' } }, { shownIn: { box: '' } }],
    });
  });
});

describe('confirming a sale whose stages were authorised in DEAR', () => {
  it('accepts a pick by hand, at one refusal and one reading', async () => {
    const world = await shipped();
    world.dear.byHand('pick');
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'read', 'pack', 'ship']);
    expect(await world.order()).toMatchObject({ confirmation: { state: 'confirmed' } });
  });

  it('keeps the names of boxes that were packed by hand', async () => {
    const world = await shipped();
    world.dear.byHand('pick');
    world.dear.byHand('pack', { lines: toStageLines(sale(), 'Crate 7') });
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.ship.lines[0]?.boxes).toEqual(['Crate 7']);
  });

  it('writes nothing into a pack by hand that holds more than left, and goes on once it holds what left', async () => {
    const world = await shipped();
    world.dear.byHand('pick');
    world.dear.byHand('pack', { lines: toStageLines(sale(), 'Crate 7', 5) });
    await world.confirm();
    const order = await world.order();
    expect(waitingFor(order)).toBe('confirmation-refused');
    expect(order.reason).toContain('the pack in DEAR holds 3 × QUILL-01 that did not leave. Undo its pack');
    expect(world.dear.calls).not.toContain('ship');

    world.dear.byHand('pack', { lines: toStageLines(sale(), 'Crate 7', 2) });
    await world.reconcile();
    await world.confirm();
    expect(getStages(world)).toEqual(DONE);
    expect(waitingFor(await world.order())).toBe('');
  });

  it('writes nothing into a pack by hand that lacks what left, and goes on once a person undid it', async () => {
    const world = await shipped();
    const undone = world.dear.sale.fulfilments;
    world.dear.byHand('pick');
    world.dear.byHand('pack', { lines: toStageLines(sale(), 'Crate 7', 0.5) });
    await world.confirm();
    const order = await world.order();
    expect(waitingFor(order)).toBe('confirmation-refused');
    expect(order.reason).toContain('the pack in DEAR lacks 1.5 × QUILL-01 that left. Undo its pack and pick');
    expect(world.dear.calls).not.toContain('ship');

    world.dear.sale = { ...world.dear.sale, fulfilments: undone };
    await world.reconcile();
    await world.confirm();
    expect(getStages(world)).toEqual(DONE);
    expect(waitingFor(await world.order())).toBe('');
  });

  it('adds the tracking numbers to a shipment by hand', async () => {
    const world = await shipped();
    for (const stage of ['pick', 'pack', 'ship'] as const) world.dear.byHand(stage);
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'read', 'ship']);
    expect(world.dear.sale.fulfilments[0]?.ship.lines[0]?.trackingNumbers).toEqual(['TRACK1']);
  });

  it.each([
    ['voided', { status: 'VOIDED', orderStatus: 'VOIDED' }],
    ['undone', { orderStatus: 'DRAFT' }],
  ])('writes nothing to a sale that was %s meanwhile', async (how, change) => {
    const world = await shipped();
    world.dear.sale = { ...world.dear.sale, ...change };
    await world.confirm();
    expect(await world.order()).toMatchObject({
      status: 'Shipped',
      confirmation: { state: 'abandoned' },
      reason: `The sale was ${how} after the goods had left.`,
    });
    expect(getStages(world)).toEqual([['NOT AVAILABLE', 'NOT AVAILABLE', 'NOT AVAILABLE']]);
  });
});

describe('a confirmation that fails', () => {
  it.each(
    (['lost before', 'lost after'] as const).flatMap((fault) =>
      (['pick', 'pack', 'ship'] as const).map((stage) => [fault, stage] as const),
    ),
  )('with an answer %s the %s is looked up before it is repeated', async (fault, stage) => {
    const world = await shipped();
    world.dear.failWrites(stage, fault);
    await world.confirm();
    expect(getStages(world)).toEqual(DONE);
    expect(world.dear.calls.filter((call) => call === 'read')).toHaveLength(1);
    expect(world.dear.calls.filter((call) => call === stage)).toHaveLength(fault === 'lost before' ? 2 : 1);
  });

  it('continues from the stages in DEAR after its process died', async () => {
    for (const done of [[], ['pick'], ['pick', 'pack'], ['pick', 'pack', 'ship']] as const) {
      const world = await shipped();
      world.dear.failWrites('pick', new UnexpectedAnswer(details));
      await expect(world.confirm()).rejects.toThrow(UnexpectedAnswer);
      expect((await world.order()).confirmation.state).toBe('claimed');
      for (const stage of done) world.dear.byHand(stage);
      await world.confirm();
      expect(getStages(world)).toEqual(DONE);
      expect(world.dear.sale.fulfilments[0]?.ship.lines[0]?.trackingNumbers).toEqual(['TRACK1']);
    }
  });

  it('by a refusal by rate before any write costs no reading the next time', async () => {
    const world = await shipped();
    world.dear.failWrites('pick', new Throttled(details, 1_000));
    await expect(world.confirm()).rejects.toThrow(Throttled);
    world.dear.calls.length = 0;
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
  });

  it('by a refusal by rate in the middle is continued after a reading', async () => {
    const world = await shipped();
    world.dear.failWrites('pack', new Throttled(details, 1_000));
    await expect(world.confirm()).rejects.toThrow(Throttled);
    world.dear.calls.length = 0;
    await world.confirm();
    expect(world.dear.calls).toEqual(['read', 'pack', 'ship']);
  });

  it('by a repeated refusal is recorded with DEAR’s message, and ends', async () => {
    const world = await shipped();
    const no = new Rejected({ ...details, upstreamMessage: 'Not enough stock to pick WAX-02' });
    world.dear.failWrites('pick', no, no);
    await world.confirm();
    const order = await world.order();
    expect(world.dear.calls).toEqual(['pick', 'read', 'pick', 'stock-takes']);
    expect(order).toMatchObject({ status: 'Shipped', confirmation: { state: 'refused' } });
    expect(order.log.at(-1)?.upstreamMessage).toBe('Not enough stock to pick WAX-02');
  });

  it('by repeated lost answers returns its message to the queue', async () => {
    const world = await shipped();
    world.dear.failWrites('pick', 'lost before', 'lost before');
    await expect(world.confirm()).rejects.toThrow(AmbiguousWrite);
    await world.confirm();
    expect(getStages(world)).toEqual(DONE);
  });
});
