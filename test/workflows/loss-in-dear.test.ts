import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import type { SaleFulfilment, StageLine } from '../../lib/domain/sale/sale.ts';
import { connection } from '../builders/connection.ts';
import { sale, toStageLines } from '../builders/sale.ts';
import { World } from './world.ts';

/** Long enough after the confirmation that a reading shows it. */
const LATER_MS = 120_000;

interface Confirmed {
  readonly inParts?: boolean;
  readonly passMs?: number;
  readonly invoice?: Connection['invoice'];
}

async function confirmed({ inParts = false, passMs = LATER_MS, invoice }: Confirmed = {}): Promise<World> {
  const world = new World(sale());
  if (invoice !== undefined) world.connections = [connection({ invoice })];
  await world.reconcile();
  await world.dispatch();
  if (inParts) world.service.shipInParts('order-1');
  else world.service.ship('order-1');
  await world.collect();
  await world.confirm();
  world.now += passMs;
  world.dear.calls.length = 0;
  return world;
}

/** Staff undid the sale and shipped it again, all between two readings. */
function shipAgain(world: World, trackingNumbers: readonly string[], packed?: readonly StageLine[]): void {
  const [held] = world.dear.sale.fulfilments;
  const lines = packed ?? (held?.pack.lines ?? []).map((line) => ({ ...line, box: 'Crate 7' }));
  world.dear.byHand('pack', { lines });
  const shipped = { boxes: ['Crate 7'], carrier: '', trackingNumbers, shippedAt: '', isShipped: true };
  world.dear.byHand('ship', { lines: [shipped] });
}

function undoShipment(world: World): void {
  world.dear.byHand('ship', { status: 'NOT AVAILABLE', lines: [] });
}

function setInvoice(world: World, status: string): void {
  const { sale: held } = world.dear;
  world.dear.sale = { ...held, invoices: held.invoices.map((one) => ({ ...one, status })) };
}

async function look(world: World) {
  world.now += LATER_MS;
  await world.reconcile();
  const order = await world.order();
  return [waitingFor(order), order.reason] as const;
}

const numbersInDear = (world: World) =>
  world.dear.sale.fulfilments.flatMap(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers));

describe('a confirmed shipment that staff undid in DEAR and shipped again', () => {
  it('changes nothing, at one reading, if it is as it was confirmed', async () => {
    const world = await confirmed();
    const before = await world.order();
    await world.reconcile();
    expect(await world.order()).toEqual(before);
    expect(world.dear.calls).toEqual(['read']);
  });

  it.each([[false, ['TRACK1']] as const, [true, ['TRACK1', 'TRACK2']] as const])(
    'gets the numbers that it lacks (in parts: %s)',
    async (inParts, numbers) => {
      const world = await confirmed({ inParts });
      shipAgain(world, []);
      expect((await look(world))[0]).toBe('confirmation');
      await world.confirm();
      expect(new Set(numbersInDear(world))).toEqual(new Set(numbers));
      expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
    },
  );

  it('waits for a person to authorise its invoice, which undoing the sale made a draft', async () => {
    const world = await confirmed({ invoice: 'authorised' });
    shipAgain(world, ['TRACK1']);
    setInvoice(world, 'DRAFT');
    await look(world);
    await world.confirm();
    const order = await world.order();
    expect(waitingFor(order)).toBe('confirmation-refused');
    expect(order.reason).toContain('its invoice in DEAR is a draft. Authorise it there.');
    expect(world.dear.invoices).toHaveLength(1);

    setInvoice(world, 'AUTHORISED');
    await look(world);
    await world.confirm();
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('is left to a person if DEAR loses the number a second time', async () => {
    const world = await confirmed();
    shipAgain(world, []);
    await look(world);
    await world.confirm();
    shipAgain(world, []);
    expect((await look(world))[0]).toBe('confirmation-refused');
  });

  it.each([[[]], [['TRACK1']]])(
    'names what its pack holds although it did not leave (numbers: %j)',
    async (numbers) => {
      const world = await confirmed();
      shipAgain(world, numbers, toStageLines(sale(), 'Crate 7', 5));
      await look(world);
      await world.confirm();
      const order = await world.order();
      expect(waitingFor(order)).toBe('confirmation-refused');
      expect(order.reason).toContain('the pack in DEAR holds 3 × QUILL-01 that did not leave. Undo its pack');

      shipAgain(world, ['TRACK1'], toStageLines(sale(), 'Crate 7', 2));
      await look(world);
      await world.confirm();
      expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
    },
  );

  it.each([[[]], [['TRACK1']]])(
    'is left to a person if its pack lacks what left, until it holds that (numbers: %j)',
    async (numbers) => {
      const world = await confirmed();
      shipAgain(world, numbers, toStageLines(sale(), 'Crate 7', 1));
      const [waits, reason] = await look(world);
      expect(waits).toBe('confirmation-refused');
      expect(reason).toContain('Ship it in DEAR by hand, with its tracking number and what left');
      await world.confirm();
      expect(numbersInDear(world)).toEqual(numbers);

      shipAgain(world, ['TRACK1'], toStageLines(sale(), 'Crate 7', 2));
      expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
    },
  );

  it('keeps the number of another parcel that staff entered, and says that ours is missing', async () => {
    const world = await confirmed();
    shipAgain(world, ['OTHER9']);
    const [waits, reason] = await look(world);
    expect(waits).toBe('confirmation-refused');
    expect(reason).toContain('DEAR no longer shows package TRACK1');
    await world.confirm();
    expect(numbersInDear(world)).toEqual(['OTHER9']);
  });

  it('keeps the number of another parcel on one of several lines', async () => {
    const world = await confirmed();
    shipAgain(world, []);
    const [line] = world.dear.sale.fulfilments[0]!.ship.lines;
    world.dear.byHand('ship', { lines: [line!, { ...line!, trackingNumbers: ['OTHER9'] }] });
    expect((await look(world))[0]).toBe('confirmation-refused');
    await world.confirm();
    expect(numbersInDear(world)).toEqual(['OTHER9']);
  });

  it('is not judged by a reading that may have begun before the confirmation', async () => {
    const world = await confirmed({ passMs: 10_000 });
    const shown = world.dear.sale;
    undoShipment(world);
    await world.reconcile();
    world.dear.sale = shown;
    expect(waitingFor(await world.order())).toBe('');
  });
});

describe('a confirmed shipment that staff undid in DEAR', () => {
  it('is not written again, waits for a person, and ends when they have shipped it', async () => {
    const world = await confirmed();
    undoShipment(world);
    const [waits, reason] = await look(world);
    expect(waits).toBe('confirmation-refused');
    expect(reason).toContain('DEAR no longer shows package TRACK1 as confirmed. Ship it in DEAR by hand');
    const noted = await world.order();
    await look(world);
    await world.confirm();
    expect(await world.order()).toEqual(noted);
    expect(world.dear.calls).toEqual(['read', 'read']);

    shipAgain(world, ['TRACK1']);
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('gets its number once they have shipped it without one', async () => {
    const world = await confirmed();
    undoShipment(world);
    await look(world);
    shipAgain(world, []);
    expect((await look(world))[0]).toBe('confirmation');
    await world.confirm();
    expect(numbersInDear(world)).toEqual(['TRACK1']);
  });

  it('stays as a person acknowledged it', async () => {
    const world = await confirmed();
    undoShipment(world);
    await look(world);
    await world.act('acknowledge');
    expect(await look(world)).toEqual(['', 'Settled in DEAR, says Ada.']);
  });
});

describe('a parcel that staff undid in DEAR, of an order in several fulfilments', () => {
  /** One parcel of each line, each confirmed as it leaves. @param trackingNumbers '' for a parcel without one */
  async function inTwo(...trackingNumbers: readonly string[]): Promise<World> {
    return confirmOneByOne(new World(sale()), 'none', trackingNumbers);
  }

  async function confirmOneByOne(
    world: World,
    invoice: Connection['invoice'],
    trackingNumbers: readonly string[],
  ): Promise<World> {
    world.connections = [connection({ partialShipments: 'convert', invoice })];
    await world.reconcile();
    await world.dispatch();
    for (const [index, trackingNumber] of trackingNumbers.entries()) {
      leave(world, index, trackingNumber);
      await world.collect();
      await world.confirm();
    }
    return world;
  }

  function leave(world: World, index: number, trackingNumber: string): void {
    const line = world.service.orders[0]?.content.lines[index];
    if (line !== undefined) world.service.ship('order-1', [line], { trackingNumber });
  }

  function edit(
    world: World,
    index: number,
    change: (made: SaleFulfilment) => Partial<SaleFulfilment>,
  ): void {
    const fulfilments = world.dear.sale.fulfilments.map((made, at) =>
      at === index ? { ...made, ...change(made) } : made,
    );
    world.dear.sale = { ...world.dear.sale, fulfilments };
  }

  const undo = (world: World, index: number) =>
    edit(world, index, () => ({ ship: { status: 'NOT AVAILABLE', lines: [] } }));

  function shipByHand(world: World, index: number, ...trackingNumbers: string[]): void {
    const shipped = { boxes: ['Crate 7'], carrier: '', trackingNumbers, shippedAt: '', isShipped: true };
    edit(world, index, ({ pack }) => ({
      pack: { ...pack, lines: pack.lines.map((line) => ({ ...line, box: 'Crate 7' })) },
      ship: { status: 'AUTHORISED', lines: [shipped] },
    }));
  }

  const numbersByFulfilment = (world: World) =>
    world.dear.sale.fulfilments.map(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers));

  it.each([true, false])(
    'waits for its invoice, and keeps its number out of the other fulfilment (links are dropped: %s)',
    async (dropsLinks) => {
      const world = new World(sale());
      world.dear.dropsLinks = dropsLinks;
      await confirmOneByOne(world, 'authorised', ['TRACK1', 'TRACK2']);
      setInvoice(world, 'DRAFT');
      await look(world);
      await world.confirm();
      const order = await world.order();
      expect(order.reason).toContain('its invoice in DEAR is a draft');
      expect(order.log.at(-2)?.what).toBe('DEAR has a draft where package TRACK1 was billed.');
      expect(numbersByFulfilment(world)).toEqual([['TRACK1'], ['TRACK2']]);

      setInvoice(world, 'AUTHORISED');
      await look(world);
      await world.confirm();
      expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
      expect(world.dear.invoices).toHaveLength(2);
    },
  );

  it('gets its number in its own fulfilment, and the parcels of the others are left as they are', async () => {
    const world = await inTwo('TRACK1', 'TRACK2');
    shipByHand(world, 1);
    await look(world);
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK1'], ['TRACK2']]);
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('gets its number while another parcel has left that was never confirmed', async () => {
    const world = await inTwo('TRACK1');
    shipByHand(world, 0);
    leave(world, 1, 'TRACK2');
    await world.collect();
    await look(world);
    await expect(world.confirm()).rejects.toThrow('left while others were confirmed');
    expect(numbersByFulfilment(world)).toEqual([['TRACK1']]);
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK1'], ['TRACK2']]);
  });

  it('is not taken as shipped by another fulfilment that staff shipped again without a number', async () => {
    const world = await inTwo('TRACK1', 'TRACK2');
    shipByHand(world, 0);
    undo(world, 1);
    const [waits, reason] = await look(world);
    expect(waits).toBe('confirmation-refused');
    expect(reason).toContain('DEAR no longer shows package TRACK1, package TRACK2 as confirmed');
    expect(await look(world)).toEqual([waits, reason]);

    shipByHand(world, 1, 'TRACK2');
    await look(world);
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK1'], ['TRACK2']]);
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('is found in another fulfilment that staff shipped it by, under its number', async () => {
    const world = await inTwo('TRACK1', 'TRACK2');
    undo(world, 0);
    const [first] = world.dear.sale.fulfilments;
    world.dear.sale = {
      ...world.dear.sale,
      fulfilments: [...world.dear.sale.fulfilments, { ...first!, taskId: 'task-3', number: 3 }],
    };
    edit(world, 0, () => ({ pack: { status: 'DRAFT', lines: [] }, pick: { status: 'DRAFT', lines: [] } }));
    shipByHand(world, 2, 'TRACK1');
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('is named beside the one that they undid before', async () => {
    const world = await inTwo('TRACK1', 'TRACK2');
    undo(world, 0);
    expect((await look(world))[1]).toContain('DEAR no longer shows package TRACK1 as confirmed');
    undo(world, 1);
    expect((await look(world))[1]).toContain('DEAR no longer shows package TRACK1, package TRACK2');
  });

  it('is not looked for under the number that a correction is to write yet', async () => {
    const world = await inTwo('TRACK1', 'TRACK2');
    world.service.renumber('TRACK1', 'TRACK9');
    await world.collect();
    expect((await look(world))[0]).toBe('confirmation');
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK9'], ['TRACK2']]);
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('without a number is not found in the shipment of another parcel', async () => {
    const world = await inTwo('', 'TRACK2');
    undo(world, 0);
    const [waits, reason] = await look(world);
    expect(waits).toBe('confirmation-refused');
    expect(reason).toContain('DEAR no longer shows package parcel-1 as confirmed');
  });

  it('ends its wait when it is shown again, and what left meanwhile is confirmed then', async () => {
    const world = await inTwo('TRACK1');
    undo(world, 0);
    await look(world);
    leave(world, 1, 'TRACK2');
    await world.collect();
    await world.confirm();
    expect(numbersInDear(world)).toEqual([]);

    shipByHand(world, 0, 'TRACK1');
    expect(await look(world)).toEqual(['confirmation', 'DEAR shows package TRACK1 again.']);
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([['TRACK1'], ['TRACK2']]);
    expect(await look(world)).toEqual(['', 'Shipped, and confirmed to DEAR.']);
  });

  it('waits for a person a second time where staff undo it again', async () => {
    const world = await inTwo('TRACK1');
    undo(world, 0);
    await look(world);
    shipByHand(world, 0, 'TRACK1');
    expect((await look(world))[1]).toBe('DEAR shows package TRACK1 again.');
    undo(world, 0);
    expect((await look(world))[0]).toBe('confirmation-refused');
  });

  it('is not judged while the next parcel is being written, so that this one is completed', async () => {
    const world = await inTwo('TRACK1');
    leave(world, 1, 'TRACK2');
    await world.collect();
    world.dear.failWrites('pack', 'killed after');
    await expect(world.confirm()).rejects.toThrow('killed');
    undo(world, 0);
    await look(world);
    await world.confirm();
    expect(numbersByFulfilment(world)).toEqual([[], ['TRACK2']]);
    expect((await look(world))[0]).toBe('confirmation-refused');
  });
});
