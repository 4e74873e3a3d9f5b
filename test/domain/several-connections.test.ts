import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection, Rule } from '../../lib/domain/connection.ts';
import { isLive } from '../../lib/domain/order/transitions.ts';
import { connection, rule } from '../builders/connection.ts';
import { sale } from '../builders/sale.ts';
import { PRODUCTS, BackorderWorld as World } from './order/backorder-world.ts';

type Step = (world: World) => void;

const RULES: readonly Partial<Rule>[] = [
  { skus: ['SKU-0'] },
  { skus: ['SKU-*'], countries: ['CA'] },
  { countries: ['US'] },
  { salesChannels: ['Amazon'] },
  { weightGrams: { from: 200, below: null } },
  { priceTiers: ['Trade'], skus: ['SKU-1'] },
];

/** Two connections with rules and one without, in any order. */
const anyConnections = fc
  .tuple(
    fc.array(fc.constantFrom(...RULES), { minLength: 1, maxLength: 2 }),
    fc.array(fc.constantFrom(...RULES), { minLength: 1, maxLength: 2 }),
    fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  )
  .map(([north, south, sequence]): Connection[] => {
    const all = [north, south, []].map((rules, index) =>
      connection({ id: `c${index}`, backorders: 'ship-available', rules: rules.map(rule) }),
    );
    return sequence.flatMap((index) => all[index] ?? []);
  });

const TORONTO = {
  city: 'Toronto',
  state: 'ON',
  postcode: 'M5V 2T6',
  country: 'CA',
  displayLine2: '',
};

const anyFacts = fc
  .record({
    country: fc.constantFrom('US', 'CA'),
    channel: fc.constantFrom('', 'Amazon'),
    tier: fc.constantFrom('', 'Trade'),
  })
  .map(({ country, channel, tier }) => ({
    shippingAddress: { ...sale().shippingAddress, ...(country === 'CA' && TORONTO) },
    sourceChannel: channel,
    priceTier: tier,
  }));

const named = (name: string, step: Step): Step => Object.assign(step, { toString: () => name });
const does = (name: string, step: Step) => fc.constant(named(name, step));
const numbers = fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }));
const edits: fc.Arbitrary<Step>[] = [
  anyFacts.map((facts) =>
    named(JSON.stringify(facts.sourceChannel), (world) => Object.assign(world, { facts })),
  ),
  anyConnections.map((connections) =>
    named(
      connections.map(({ id, rules }) => `${id} ${rules.map((one) => JSON.stringify(one))}`).join(';'),
      (world) => Object.assign(world, { connections }),
    ),
  ),
  numbers.map(([which, much]) => named(`add ${which % 2} ${much}`, (world) => world.add(which % 2, much))),
  numbers.map(([which, much]) => named(`raise ${which} ${much}`, (world) => world.raise(which, much))),
  numbers.map(([which, much]) =>
    named(`receive ${which % 2} ${much}`, (world) => world.receive(which % 2, much)),
  ),
  does('dispatch', (world) => world.dispatch()),
  does('ship', (world) => world.ship()),
  does('collect', (world) => world.collect()),
  does('confirm', (world) => world.confirm()),
];
const disruptions: fc.Arbitrary<Step>[] = [
  numbers.map(([which, much]) => named(`lower ${which} ${much}`, (world) => world.lower(which, much))),
  does('undo', (world) => {
    world.isAuthorised = false;
    world.plan();
  }),
  does('authorise', (world) => {
    world.isAuthorised = true;
    world.plan();
  }),
];

function play(
  connections: readonly Connection[],
  steps: readonly Step[],
  check: (world: World, planned: ReturnType<World['plan']>) => void,
): World {
  const world = new World();
  world.connections = connections;
  world.receive(0, 5);
  world.receive(1, 5);
  world.add(0, 3);
  world.add(1, 2);
  for (const step of steps) {
    world.now += 60_000;
    step(world);
    check(world, world.plan());
  }
  return world;
}

/** Planning the sale once more changes nothing, except where that is to be done in a minute. @returns the later plan */
function expectSettled(world: World, { readAgainMs }: ReturnType<World['plan']>): ReturnType<World['plan']> {
  const again = world.plan();
  if (readAgainMs === null) expect(again.changes).toEqual([]);
  return again;
}

describe('a sale whose location has three connections', () => {
  it('has each piece planned at one connection, whatever is edited or sent, and finally ships all of it once', () => {
    fc.assert(
      fc.property(anyConnections, fc.array(fc.oneof(...edits), { maxLength: 20 }), (connections, steps) => {
        const world = play(connections, steps, (one, planned) => {
          const { readAgainMs } = expectSettled(one, planned);
          for (const [index, { quantity, backorderQuantity }] of one.lines.entries()) {
            const planned = one.ordered(`line-${index + 1}`);
            expect(planned).toBeLessThanOrEqual(quantity);
            // What came in waits while an order is being changed.
            if (readAgainMs === null) expect(planned).toBeGreaterThanOrEqual(quantity - backorderQuantity);
          }
        });
        world.settle();
        for (const productId of PRODUCTS) expect(world.shipped(productId)).toBe(world.asked(productId));
        for (const { confirmation, status } of world.orders)
          if (status !== 'Cancelled') expect(confirmation.state).toBe('confirmed');
      }),
      { numRuns: 60 },
    );
  });

  it('ships no more than it ever asked for, where it is also lowered, undone and authorised again', () => {
    fc.assert(
      fc.property(
        anyConnections,
        fc.array(fc.oneof(...edits, ...disruptions), { maxLength: 20 }),
        (connections, steps) => {
          const world = play(connections, steps, (one, planned) => {
            expectSettled(one, planned);
            const demands = one.orders.filter(isLive).map(({ demand }) => demand);
            expect(new Set(demands).size).toBe(demands.length);
          });
          world.settle();
          for (const productId of PRODUCTS) {
            expect(world.shipped(productId)).toBeLessThanOrEqual(world.most.get(productId) ?? 0);
            expect(world.shipped(productId)).toBeGreaterThanOrEqual(world.asked(productId));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the goods of an order to another that is open only once it is cancelled', () => {
    const mugs = [rule({ skus: ['SKU-0'] })];
    const ofMugs = (id: string) => connection({ id, backorders: 'ship-available', rules: mugs });
    const [north, south, rest] = [ofMugs('north'), ofMugs('south'), connection({ id: 'rest' })];
    const steps: Step[] = [
      (world) => world.plan(),
      (world) => world.dispatch(),
      (world) => world.ship(),
      (world) => Object.assign(world, { connections: [south, north, rest] }),
      (world) => world.add(0, 1),
      (world) => world.dispatch(),
      (world) => Object.assign(world, { isAuthorised: false }),
    ];
    const world = play([north, south, rest], steps, () => {});
    world.settle();
    expect(world.shipped(PRODUCTS[0] ?? '')).toBe(4);
  });

  it('keeps what was sent where it is, and moves what was not', () => {
    fc.assert(
      fc.property(anyConnections, anyConnections, anyFacts, fc.boolean(), (before, after, facts, isSent) => {
        const world = play(before, [], () => {});
        world.plan();
        if (isSent) world.dispatch();
        const sent = world.orders;
        world.connections = after;
        world.facts = facts;
        world.plan();
        const kept = world.orders
          .filter(isLive)
          .filter((order) => sent.some(({ reference }) => reference === order.reference));
        if (isSent)
          expect(kept.map(({ reference }) => reference)).toEqual(sent.map(({ reference }) => reference));
        // Planned anew, the sale has the same orders as after the move.
        const anew = play(after, [], () => {});
        anew.facts = facts;
        anew.plan();
        const toPieces = ({ orders }: World) =>
          orders
            .filter(isLive)
            .flatMap((order) =>
              order.lines.map(({ key, quantity }) => [order.connection, key, quantity].join(' ')),
            )
            .sort();
        if (!isSent) expect(toPieces(world)).toEqual(toPieces(anew));
      }),
      { numRuns: 60 },
    );
  });
});
