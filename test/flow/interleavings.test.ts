import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { Deferred, UpstreamError } from '../../lib/domain/errors.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { actOnOrder } from '../../lib/workflows/act-on-order.ts';
import { connection } from '../builders/connection.ts';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { sale } from '../builders/sale.ts';
import { World } from '../workflows/world.ts';

/** A step that a person or a packer takes once it is possible; the steps of a scenario come in their order. */
type Step = (world: World) => Promise<boolean> | boolean;

interface Scenario {
  readonly name: string;
  readonly from?: Partial<Sale>;
  readonly wishes?: Partial<Connection>;
  readonly steps: readonly Step[];
  /** What has to be true at the end of every interleaving. */
  readonly end: (world: World) => Promise<unknown>;
  readonly expected: unknown;
}

/** Something changes in DEAR, and DEAR sends webhooks: once, twice, late. */
function inDear(event: string, change: Partial<Sale>): Step {
  return (world) => {
    world.dear.sale = { ...world.dear.sale, ...change };
    if (event === 'Sale/Voided') shownAtVoid.set(world, world.dear.sale.fulfilments);
    announced.get(world)?.push(event, event);
    return true;
  };
}

const announced = new WeakMap<World, string[]>();
/** What DEAR showed when the sale was voided. */
const shownAtVoid = new WeakMap<World, Sale['fulfilments']>();

/** The packer ships the newest order that is not cancelled, in one parcel or one for each line. */
function shipWhenThere({ inParts = false, warehouse = '' } = {}): Step {
  return (world) => {
    const order = world.service.orders.findLast(({ cancelled, shipped }) => !cancelled && !shipped);
    if (order === undefined) return false;
    if (inParts) world.service.shipInParts(order.id);
    else world.service.ship(order.id, undefined, { warehouse });
    return true;
  };
}

function operator(action: Action, edit = {}): Step {
  return async (world) => {
    const order = await world.orders.read('SO-00042-1');
    if (order?.status !== 'On Hold') return false;
    const { orders, fulfillment, confirmations, saleEvents } = world;
    await actOnOrder(
      'SO-00042-1',
      action,
      'Ada',
      {
        orders,
        fulfillment,
        confirmations,
        saleEvents,
        abilities: { canCancel: true },
        now: () => world.now,
      },
      edit,
    );
    return true;
  };
}

const until =
  (holds: (world: World) => boolean | Promise<boolean>): Step =>
  (world) =>
    holds(world);

const cancelledThere = until((world) => world.service.orders.some(({ cancelled }) => cancelled));
const arrived = until((world) => world.service.orders.length > 0);
const authorise = inDear('Sale/OrderAuthorised', { orderStatus: 'AUTHORISED' });

async function summary(world: World) {
  const record = await world.sales.read(world.dear.sale.id);
  const orders = await Promise.all((record?.references ?? []).map((reference) => world.order(reference)));
  return {
    orders: orders.map(({ status, confirmation, packages }) => [status, confirmation.state, packages.length]),
    parcels: world.service.orders.filter(({ shipped }) => shipped).length,
    ship: world.dear.sale.fulfilments[0]?.ship.status,
  };
}

const draft = { orderStatus: 'DRAFT' };
const confirmedOnce = { orders: [['Shipped', 'confirmed', 1]], parcels: 1, ship: 'AUTHORISED' };

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a plain sale',
    from: draft,
    steps: [authorise, shipWhenThere()],
    end: summary,
    expected: confirmedOnce,
  },
  {
    name: 'split parcels',
    from: draft,
    steps: [authorise, shipWhenThere({ inParts: true })],
    end: summary,
    expected: { ...confirmedOnce, orders: [['Shipped', 'confirmed', 2]] },
  },
  {
    name: 'hold and release',
    from: { ...draft, paymentStatus: 'UNPAID' },
    wishes: { holdUntilPaid: true },
    steps: [
      authorise,
      until(async (world) => (await world.orders.read('SO-00042-1'))?.hold === 'payment'),
      inDear('Sale/FullPaymentReceived', { paymentStatus: 'PAID' }),
      shipWhenThere(),
    ],
    end: summary,
    expected: confirmedOnce,
  },
  {
    name: 'address hold',
    from: { ...draft, shippingAddress: { ...sale().shippingAddress, city: '', displayLine2: '' } },
    steps: [authorise, operator('edit', { shipTo: { city: 'Austin' } }), operator('ship'), shipWhenThere()],
    end: summary,
    expected: confirmedOnce,
  },
  {
    name: 'cancel in time',
    from: draft,
    steps: [authorise, arrived, inDear('Sale/Voided', { status: 'VOIDED', orderStatus: 'VOIDED' })],
    end: summary,
    expected: { orders: [['Cancelled', 'none', 0]], parcels: 0, ship: 'NOT AVAILABLE' },
  },
  {
    name: 'cancel refused',
    from: draft,
    steps: [authorise, shipWhenThere(), inDear('Sale/Voided', { status: 'VOIDED', orderStatus: 'VOIDED' })],
    end: async (world) => {
      const { orders, parcels } = await summary(world);
      const [status, , packages] = orders[0] ?? [];
      const untouched = world.dear.sale.fulfilments === shownAtVoid.get(world);
      return { status, packages, parcels, untouched };
    },
    expected: { status: 'Shipped', packages: 1, parcels: 1, untouched: true },
  },
  {
    name: 'changed location',
    from: draft,
    wishes: { warehouses: { W2: 'Harbour Store' } },
    steps: [authorise, shipWhenThere({ warehouse: 'W2' })],
    end: async (world) => [
      await summary(world),
      world.dear.sale.fulfilments[0]?.pick.lines.map(({ location }) => location),
    ],
    expected: [confirmedOnce, ['Harbour Store', 'Harbour Store']],
  },
  {
    name: 'undone and authorised again',
    from: draft,
    steps: [authorise, arrived, inDear('Sale/Undo', draft), cancelledThere, authorise, shipWhenThere()],
    end: summary,
    expected: {
      orders: [
        ['Cancelled', 'none', 0],
        ['Shipped', 'confirmed', 1],
      ],
      parcels: 1,
      ship: 'AUTHORISED',
    },
  },
  {
    name: 'invoice',
    from: draft,
    wishes: { invoice: 'authorised' },
    steps: [authorise, shipWhenThere()],
    end: async (world) => [await summary(world), world.dear.invoices.length],
    expected: [confirmedOnce, 1],
  },
];

/** Runs a worker with its message; a message that fails comes back, and time passes. */
async function work(
  world: World,
  queue: { messages: Array<{ reference: string }> },
  at: number,
  process: (reference: string) => Promise<void>,
) {
  const [message] = queue.messages.splice(at % queue.messages.length, 1);
  if (message === undefined) return;
  await process(message.reference).catch((error: unknown) => {
    if (!(error instanceof Deferred) && !(error instanceof UpstreamError)) throw error;
    queue.messages.push(message);
    world.now += error instanceof Deferred ? error.afterMs : 60_000;
  });
}

async function deliver(world: World, events: string[], at: number) {
  const [event] = events.splice(at % events.length, 1);
  if (event === undefined) return;
  await world.reconcile(world.event({ event })).catch((error: unknown) => {
    if (!(error instanceof Deferred)) throw error;
    events.push(event);
    world.now += error.afterMs;
  });
}

/** Plays the scenario, choosing the next event by the given numbers, and then lets everything finish. */
async function play(chapter: Scenario, choices: readonly number[]): Promise<unknown> {
  const world = new World(sale(chapter.from));
  world.connections = [connection(chapter.wishes)];
  const events: string[] = [];
  announced.set(world, events);
  let step = 0;
  const happen = async (choice: number) => {
    const kind = choice % 5;
    const at = Math.floor(choice / 5);
    if (kind === 0 && step < chapter.steps.length && (await chapter.steps[step]?.(world))) step += 1;
    if (kind === 1 && events.length > 0) await deliver(world, events, at);
    if (kind === 2 && world.fulfillment.messages.length > 0)
      await work(world, world.fulfillment, at, (reference) => world.dispatch(reference));
    if (kind === 3) await world.collect();
    if (kind === 4 && world.confirmations.messages.length > 0)
      await work(world, world.confirmations, at, (reference) => world.confirm(reference));
  };
  for (const choice of choices) await happen(choice);
  for (let round = 0; round < 40; round += 1) for (const kind of [0, 1, 1, 2, 3, 4]) await happen(kind);
  expect(step).toBe(chapter.steps.length);
  return chapter.end(world);
}

describe('events in any order', () => {
  const endsTheSameWay = (numRuns: number) => async (chapter: Scenario) => {
    const choices = fc.array(fc.nat(500), { minLength: 40, maxLength: 120 });
    const property = fc.asyncProperty(choices, async (numbers) => {
      expect(await play(chapter, numbers)).toEqual(chapter.expected);
    });
    await fc.assert(property, { numRuns });
  };

  it.each(SCENARIOS)('$name ends the same way', endsTheSameWay(30));
  it.each(SCENARIOS)('$name ends the same way each time', EXHAUSTIVE, endsTheSameWay(150));
});
