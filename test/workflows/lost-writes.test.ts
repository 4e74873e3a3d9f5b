import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { AmbiguousWrite, Rejected, Throttled } from '../../lib/domain/errors.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { connection } from '../builders/connection.ts';
import { fulfilment, line, sale, stageLine } from '../builders/sale.ts';
import { World } from './world.ts';

const details = { system: 'DEAR', operation: 'write' };
const FAULTS = {
  'answer lost before the write': 'lost before',
  'answer lost after the write': 'lost after',
  'answer that shows nothing': 'ignored',
  'refusal by rate': new Throttled(details, 1_000),
  'error 500': new AmbiguousWrite({ ...details, status: 500 }),
  'stop of our process after the write': 'killed after',
} as const;
const WRITES = ['create-fulfilment', 'pick', 'pack', 'ship', 'invoice'] as const;
type Write = (typeof WRITES)[number];

/** A person ships all goods in DEAR, in the sale's first fulfilment. */
const OTHER = line({ productId: 'b0000000-0000-4000-8000-000000000009', sku: 'INK-03', quantity: 1 });
const otherPicked = [stageLine({ productId: OTHER.productId, sku: OTHER.sku, quantity: 1 })];
const otherHand = fulfilment({
  taskId: 'by-hand',
  pick: { status: 'AUTHORISED', lines: otherPicked },
  pack: { status: 'AUTHORISED', lines: otherPicked.map((one) => ({ ...one, box: 'Crate' })) },
  ship: {
    status: 'DRAFT',
    lines: [{ boxes: ['Crate'], carrier: 'Van', trackingNumbers: [], isShipped: false, shippedAt: '' }],
  },
});
const goods = sale().lines;

interface Scenario {
  readonly from: Sale;
  readonly parcels: number;
  readonly wishes?: Partial<Connection>;
}

const SCENARIOS: Record<string, Scenario> = {
  'a simple sale': { from: sale(), parcels: 1 },
  'an advanced sale with an open fulfilment': {
    from: sale({ type: 'advanced', fulfilments: [fulfilment({ taskId: 'open' })] }),
    parcels: 1,
  },
  'an advanced sale without a fulfilment': { from: sale({ type: 'advanced' }), parcels: 1 },
  'an advanced sale whose first fulfilment holds other goods': {
    from: sale({
      type: 'advanced',
      lines: [...goods, { ...OTHER, dropShip: true }],
      fulfilments: [otherHand],
    }),
    parcels: 1,
  },
  'the second parcel of a simple sale': {
    from: sale(),
    parcels: 2,
    wishes: { partialShipments: 'convert' },
  },
};

/** The last parcel has left, and DEAR knows of the others. */
async function lastParcelLeft({ from, parcels, wishes }: Scenario): Promise<World> {
  const world = new World(from);
  world.connections = [connection({ invoice: 'authorised', ...wishes })];
  await world.reconcile();
  await world.dispatch();
  if (parcels === 2) {
    const [first] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [first!]);
    await world.collect();
    await world.confirm();
  }
  const rest = world.service.orders[0]!.content.lines.slice(parcels - 1);
  world.service.ship('order-1', rest);
  await world.collect();
  world.dear.calls.length = 0;
  return world;
}

/** As the queue does it: a message that fails comes back. */
async function confirmUntilDone(world: World): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await world.confirm().catch(() => {});
    world.now += 180_000;
  }
}

function expectOneOfEach(world: World): void {
  const { fulfilments } = world.dear.sale;
  const ours = fulfilments.filter(({ taskId }) => taskId !== 'by-hand');
  expect(ours.map(({ pick, pack, ship }) => [pick.status, pack.status, ship.status])).toEqual(
    ours.map(() => ['AUTHORISED', 'AUTHORISED', 'AUTHORISED']),
  );
  const picked = ours.flatMap(({ pick }) => pick.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`));
  expect(picked.sort()).toEqual(goods.map(({ sku, quantity }) => `${quantity} × ${sku}`).sort());
  expect(world.dear.invoices).toHaveLength(ours.length);
  const billed = world.dear.invoices.flatMap(({ lines }) => lines.map((one) => one.sku));
  expect(billed.sort()).toEqual(goods.map(({ sku }) => sku).sort());
}

/** Faults of the writes of the scenario. */
const CASES = Object.entries(SCENARIOS)
  .flatMap(([name, scenario]) =>
    WRITES.flatMap((write) =>
      Object.entries(FAULTS).flatMap(([faultName, fault]) =>
        [false, true].map((dropsLinks) => ({ name, scenario, write, faultName, fault, dropsLinks })),
      ),
    ),
  )
  .filter(
    ({ name, write }) =>
      write !== 'create-fulfilment' || !/simple sale$|open/.test(name) || name.startsWith('the second'),
  );

describe('each write to DEAR', () => {
  it.each(CASES)(
    'of $name happens once if $write is $faultName, links dropped: $dropsLinks',
    async ({ scenario, write, fault, dropsLinks }) => {
      const world = await lastParcelLeft(scenario);
      world.dear.dropsLinks = dropsLinks;
      world.dear.failWrites(write as Write, fault);
      await confirmUntilDone(world);
      expectOneOfEach(world);
      expect((await world.order()).confirmation.state).toBe('confirmed');
    },
  );

  it.each(Object.keys(SCENARIOS))('of %s is made once if the answer of each is lost', async (name) => {
    const world = await lastParcelLeft(SCENARIOS[name]!);
    for (const write of WRITES) world.dear.failWrites(write, 'lost after');
    await confirmUntilDone(world);
    expectOneOfEach(world);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });
});

describe('a write that DEAR repeats each time it is sent', () => {
  it.each(['create-fulfilment', 'invoice'] as const)(
    'waits after a lost answer for its settling time: %s',
    async (write) => {
      const world = await lastParcelLeft(SCENARIOS['an advanced sale without a fulfilment']!);
      world.dear.failWrites(write, 'lost before');
      await expect(world.confirm()).rejects.toMatchObject({ name: 'Deferred', afterMs: 120_000 });
      expect(world.dear.calls.filter((call) => call === write)).toHaveLength(1);
    },
  );
});

describe('a reading after a lost answer that fails too', () => {
  it('does not repeat the write before the settling time is over', async () => {
    const world = await lastParcelLeft(SCENARIOS['a simple sale']!);
    world.dear.failWrites('invoice', 'lost before');
    world.dear.failRead(new Throttled(details, 1_000));
    await expect(world.confirm()).rejects.toMatchObject({ name: 'Deferred', afterMs: 120_000 });
  });
});

describe('a write that DEAR answers and ignores for good', () => {
  it.each(WRITES)('is recorded as refused, with a reason: %s', async (write) => {
    const world = await lastParcelLeft(SCENARIOS['an advanced sale without a fulfilment']!);
    world.dear.failWrites(write, 'ignored', 'ignored', 'ignored');
    await world.confirm();
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'refused' },
      reason: expect.stringMatching(/^It has left\. DEAR answered twice that it took .*by hand/),
    });
  });
});

describe('a parcel that a person shipped in DEAR under its number', () => {
  it('counts as confirmed, and the remark names an empty fulfilment that we made', async () => {
    const world = await lastParcelLeft(SCENARIOS['an advanced sale without a fulfilment']!);
    world.dear.failWrites('pick', new Throttled(details, 1_000));
    await world.confirm().catch(() => {});
    const [ours] = world.dear.sale.fulfilments;
    const lines = goods.map(({ productId, sku, quantity }) => stageLine({ productId, sku, quantity }));
    const shipped = fulfilment({
      taskId: 'by-hand',
      number: 2,
      pick: { status: 'AUTHORISED', lines },
      pack: { status: 'AUTHORISED', lines: lines.map((one) => ({ ...one, box: 'Crate' })) },
      ship: {
        status: 'AUTHORISED',
        lines: [
          { boxes: ['Crate'], carrier: 'UPS', trackingNumbers: ['TRACK1'], isShipped: true, shippedAt: '' },
        ],
      },
    });
    world.dear.sale = { ...world.dear.sale, fulfilments: [ours!, shipped] };
    await confirmUntilDone(world);
    const order = await world.order();
    expect(order.confirmation).toMatchObject({ state: 'confirmed', taskId: 'by-hand' });
    expect(order.log.at(-1)?.what).toContain('Fulfilment 1 of the sale is empty: void it');
    expect(world.dear.calls.filter((call) => call === 'pick')).toHaveLength(1);
  });
});

describe('an advanced sale that a person billed without naming a fulfilment', () => {
  const byHand = (lines: ReadonlyArray<{ productId: string; quantity: number }>) => ({
    taskId: 'bill',
    number: 'INV-9',
    status: 'AUTHORISED',
    fulfilmentNumber: 0,
    memo: '',
    lines,
    isCredited: false,
  });
  const from = SCENARIOS['an advanced sale with an open fulfilment']!.from;

  it('is not billed again if all of it was billed', async () => {
    const world = await lastParcelLeft({ from: { ...from, invoices: [byHand(goods)] }, parcels: 1 });
    await world.confirm();
    expect(world.dear.invoices).toEqual([]);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('is billed if other goods were billed', async () => {
    const other = [{ productId: 'other', quantity: 1 }];
    const world = await lastParcelLeft({ from: { ...from, invoices: [byHand(other)] }, parcels: 1 });
    await world.confirm();
    expect(world.dear.invoices).toHaveLength(1);
  });
});

async function sentences(world: World): Promise<string> {
  return (await world.order()).log.map(({ what }) => what).join(' ');
}

describe('terms whose due date cannot be read', () => {
  const from = sale({ terms: '45-60 days' });

  it('leave the due date to DEAR, and the log says so', async () => {
    const world = await lastParcelLeft({ from, parcels: 1 });
    await world.confirm();
    expect(world.dear.invoices).toMatchObject([{ status: 'AUTHORISED', dueDate: null }]);
    expect(await sentences(world)).toContain('No due date can be read from the payment terms: DEAR sets');
  });

  it('are noted once, however often the invoice is sent', async () => {
    const world = await lastParcelLeft({ from, parcels: 1 });
    world.dear.failWrites('invoice', 'lost before');
    await confirmUntilDone(world);
    expect(world.dear.invoices).toHaveLength(1);
    const notes = (await world.order()).log.filter(({ what }) => what.startsWith('No due date'));
    expect(notes).toHaveLength(1);
  });

  it('make the invoice a draft if DEAR requires a due date, and the log says what to do', async () => {
    const world = await lastParcelLeft({ from, parcels: 1 });
    world.dear.failWrites(
      'invoice',
      new Rejected({ ...details, upstreamMessage: 'InvoiceDueDate is required' }),
    );
    await world.confirm();
    expect(world.dear.invoices).toMatchObject([{ status: 'DRAFT' }]);
    expect(await sentences(world)).toContain('the invoice is a draft. Set its due date and authorise it.');
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });
});
