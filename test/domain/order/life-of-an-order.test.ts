import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
} from '../../../lib/domain/order/cancellation.ts';
import { type FulfillmentOrder, STATUSES, type Status } from '../../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import {
  claimSubmission,
  recordAccepted,
  recordRefused,
  recordUnknownSubmission,
} from '../../../lib/domain/order/submission.ts';
import {
  canMove,
  isFinal,
  nextDispatchStep,
  WAITING_FOR,
  waitingFor,
} from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, reported } from '../../builders/order.ts';
import { fulfilment, line, sale } from '../../builders/sale.ts';

/** A tiny world: one sale in DEAR, and a provider that holds orders and ships some of them. */
interface World {
  /** Moves a minute with each event. */
  now: number;
  sale: Sale;
  orders: FulfillmentOrder[];
  /** What the provider holds, by reference; true once shipped. */
  readonly provider: Map<string, { shipped: boolean; cancelled: boolean }>;
}

const EVENTS = [
  'authorise',
  'undo',
  'void',
  'edit',
  'plan',
  'submit',
  'refuse',
  'lose',
  'ship',
  'collect',
  'cancel',
  'confirm',
] as const;
type Event = (typeof EVENTS)[number];
const TO_THE_END = [
  'cancel',
  'submit',
  'plan',
  'cancel',
  'submit',
  'plan',
  'submit',
  'ship',
  'collect',
  'confirm',
  'plan',
] as const;

function replanWorld(world: World): void {
  const input = {
    sale: world.sale,
    connections: [connection()],
    orders: world.orders,
    by: 'test',
    now: world.now,
  };
  for (const { order } of planSale(input).changes) {
    world.orders = [...world.orders.filter(({ reference }) => reference !== order.reference), order];
  }
}

function apply(world: World, to: (order: FulfillmentOrder) => FulfillmentOrder): void {
  world.orders = world.orders.map(to);
}

/** One submit of our protocol; `answer` says what becomes of the call. */
function submit(world: World, answer: 'accepted' | 'refused' | 'lost'): void {
  apply(world, (order) => {
    if (nextDispatchStep(order) !== 'submit') return order;
    const held = world.provider.get(order.reference);
    if (order.submission.state !== 'none' && held !== undefined) {
      return recordAccepted(order, world.now, 'p', order.fingerprint, true);
    }
    const claimed = claimSubmission(order, world.now);
    if (answer === 'refused') return recordRefused(claimed, world.now, 'no');
    expect(world.provider.has(order.reference)).toBe(false);
    world.provider.set(order.reference, { shipped: false, cancelled: false });
    return answer === 'lost'
      ? recordUnknownSubmission(claimed, world.now)
      : recordAccepted(claimed, world.now, 'p', order.fingerprint, false);
  });
}

function cancel(world: World): void {
  apply(world, (order) => {
    if (nextDispatchStep(order) !== 'cancel') return order;
    const claimed = order.cancellation.state === 'claimed' ? order : claimCancellation(order, world.now);
    const held = world.provider.get(order.reference);
    if (held?.shipped) return recordCancelRefused(claimed, world.now, 'too late');
    if (held !== undefined) held.cancelled = true;
    return recordCancelled(claimed, world.now, 'lantern');
  });
}

function showInDear(world: World, { packages }: FulfillmentOrder, taskId: string): void {
  const trackingNumbers = packages.flatMap((one) => one.trackingNumbers);
  const shipped = { boxes: [], carrier: '', trackingNumbers, shippedAt: '', isShipped: true };
  const shown = fulfilment({ taskId, ship: { status: 'AUTHORISED', lines: [shipped] } });
  world.sale = { ...world.sale, fulfilments: [...world.sale.fulfilments, shown] };
}

const HAPPENINGS: Readonly<Record<Event, (world: World) => void>> = {
  authorise: (world) => {
    if (world.sale.status !== 'VOIDED') world.sale = { ...world.sale, orderStatus: 'AUTHORISED' };
    replanWorld(world);
  },
  undo: (world) => {
    world.sale = { ...world.sale, orderStatus: 'DRAFT' };
    replanWorld(world);
  },
  void: (world) => {
    world.sale = { ...world.sale, status: 'VOIDED' };
    replanWorld(world);
  },
  edit: (world) => {
    world.sale = { ...world.sale, lines: [...world.sale.lines, line()] };
  },
  plan: replanWorld,
  submit: (world) => submit(world, 'accepted'),
  refuse: (world) => submit(world, 'refused'),
  lose: (world) => submit(world, 'lost'),
  ship: (world) => {
    for (const held of world.provider.values()) held.shipped ||= !held.cancelled;
  },
  collect: (world) =>
    apply(world, (order) =>
      world.provider.get(order.reference)?.shipped
        ? recordShipments(order, [reported(order.reference)], world.now)
        : order,
    ),
  cancel,
  confirm: (world) =>
    apply(world, (order) => {
      if (!needsConfirmation(order, connection())) return order;
      const taskId = order.taskId || order.reference;
      showInDear(world, order, taskId);
      return recordConfirmed(order, world.now, { packages: order.packages, taskId, remarks: [] });
    }),
};

function newWorld(): World {
  return { now: NOW, sale: sale({ orderStatus: 'DRAFT', lines: [line()] }), orders: [], provider: new Map() };
}

function happen(world: World, event: Event): void {
  world.now += 60_000;
  HAPPENINGS[event](world);
}

/** How much of the sale's one product left. */
function shippedQuantity(world: World): number {
  return world.orders
    .filter(({ reference }) => world.provider.get(reference)?.shipped)
    .flatMap((order) => order.lines)
    .reduce((sum, one) => sum + one.quantity, 0);
}

function askedQuantity({ sale: { lines } }: World): number {
  return lines.reduce((sum, one) => sum + one.quantity, 0);
}

/**
 * It waits for one thing, and since one moment; or it travels, or is at its end. Every event here is a minute after the one
 * before, so a moment that moved would show.
 */
function expectOneWait(order: FulfillmentOrder, earlier: FulfillmentOrder | undefined): void {
  const what = waitingFor(order);
  expect(['', ...WAITING_FOR]).toContain(what);
  if (nextDispatchStep(order) !== 'nothing') expect(['submission', 'update', 'cancellation']).toContain(what);
  if (needsConfirmation(order, connection())) expect(what).toBe('confirmation');
  if (what === '') expect(['Shipped', 'Completed', 'Delivered', 'Cancelled']).toContain(order.status);
  if (earlier !== undefined && waitingFor(earlier) === what)
    expect(order.waitingSince).toBe(earlier.waitingSince);
  else expect(order.waitingSince).toBe(order.updatedAt);
}

describe('any sequence of events', () => {
  it('ships no more than the sale asks for, moves no order backwards, and gives every order a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 40 }), (events) => {
        const world: World = newWorld();
        for (const event of events) {
          const before = new Map(world.orders.map((order) => [order.reference, order]));
          happen(world, event);
          for (const order of world.orders) {
            const earlier = before.get(order.reference);
            if (earlier !== undefined && isFinal(earlier.status)) expect(order.status).toBe(earlier.status);
            expect(order.reason).not.toBe('');
            expect(order.log.length).toBeGreaterThanOrEqual(earlier?.log.length ?? 1);
            expectOneWait(order, earlier);
          }
          expect(shippedQuantity(world)).toBeLessThanOrEqual(askedQuantity(world));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends with all goods shipped and confirmed once the faults stop and the sale stays authorised', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...EVENTS.filter((event) => event !== 'void')), { maxLength: 30 }),
        (events) => {
          const world: World = newWorld();
          for (const event of events) happen(world, event);
          world.sale = { ...world.sale, lines: [...world.sale.lines, line({ sku: 'LAST' })] };
          happen(world, 'authorise');
          // What was added after the goods had left takes a second order.
          for (const event of [...TO_THE_END, ...TO_THE_END]) happen(world, event);
          expect(shippedQuantity(world)).toBe(askedQuantity(world));
          const shipped = world.orders.filter(({ packages }) => packages.length > 0);
          for (const { confirmation, withdrawn } of shipped) {
            // What left of a sale that was undone meanwhile is not told.
            expect(withdrawn ? ['confirmed', 'none'] : ['confirmed']).toContain(confirmation.state);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the table of statuses', () => {
  it('leads from every status to a final one', () => {
    const reachesEnd = (status: Status, seen: readonly Status[] = []): boolean =>
      isFinal(status) ||
      STATUSES.some(
        (next) =>
          next !== status &&
          !seen.includes(next) &&
          canMove(status, next) &&
          reachesEnd(next, [...seen, status]),
      );
    expect(STATUSES.filter((status) => !reachesEnd(status))).toEqual([]);
  });

  it('leads back from Shipped only to On Hold, as the service may hold an order', () => {
    expect(STATUSES.filter((to) => canMove('Shipped', to))).toEqual([
      'On Hold',
      'Shipped',
      'Completed',
      'Delivered',
      'Cancelled',
    ]);
  });
});
