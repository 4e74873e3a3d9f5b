import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLive } from '../../lib/domain/order/transitions.ts';
import { PRODUCTS, BackorderWorld as World } from './order/backorder-world.ts';

type Step = (world: World) => void;

const product = fc.constantFrom(0, 1);
const amount = fc.integer({ min: 1, max: 3 });
const anyLine = fc.nat({ max: 4 });
const step = (name: string, does: Step) => fc.constant(Object.assign(does, { toString: () => name }));
const everyday: fc.Arbitrary<Step>[] = [
  fc.tuple(product, amount).map(
    ([which, much]): Step =>
      (world) =>
        world.receive(which, much),
  ),
  fc.tuple(product, amount).map(
    ([which, much]): Step =>
      (world) =>
        world.add(which, much),
  ),
  fc.tuple(anyLine, amount).map(
    ([which, much]): Step =>
      (world) =>
        world.raise(which, much),
  ),
  step('plan', (world) => world.plan()),
  step('dispatch', (world) => world.dispatch()),
  step('ship', (world) => world.ship()),
  step('collect', (world) => world.collect()),
  step('confirm', (world) => world.confirm()),
];
const disruptive: fc.Arbitrary<Step>[] = [
  fc.tuple(anyLine, amount).map(
    ([which, much]): Step =>
      (world) =>
        world.lower(which, much),
  ),
  step('undo', (world) => {
    world.isAuthorised = false;
    world.plan();
  }),
  step('authorise', (world) => {
    world.isAuthorised = true;
    world.plan();
  }),
];

function play(steps: readonly Step[], check: (world: World) => void): World {
  const world = new World();
  world.add(0, 3);
  for (const happen of steps) {
    world.now += 60_000;
    happen(world);
    check(world);
  }
  return world;
}

function expectSeparateOrders({ orders }: World): void {
  expect(new Set(orders.map(({ reference }) => reference)).size).toBe(orders.length);
  const demands = orders.filter(isLive).map(({ demand }) => demand);
  expect(new Set(demands).size).toBe(demands.length);
}

describe('a sale whose goods come in bit by bit, and to which lines are added', () => {
  it('never orders more of a line than it asks for, and finally all of it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...everyday), { maxLength: 40 }), (steps) => {
        const check = (world: World) => {
          world.plan();
          for (const [index, { quantity }] of world.lines.entries())
            expect(world.ordered(`line-${index + 1}`)).toBeLessThanOrEqual(quantity);
          expectSeparateOrders(world);
        };
        const world = play(steps, check);
        world.settle();
        for (const [index, { quantity }] of world.lines.entries())
          expect(world.ordered(`line-${index + 1}`)).toBe(quantity);
        for (const productId of PRODUCTS) expect(world.shipped(productId)).toBe(world.asked(productId));
        for (const { confirmation } of world.orders) expect(confirmation.state).toBe('confirmed');
        expect(world.plan()).toMatchObject({ changes: [], waitsFor: [] });
      }),
      { numRuns: 100 },
    );
  });
});

describe('a sale that is also lowered, undone and authorised again', () => {
  it('never ships more than it ever asked for, finally ships all of it, and is not changed by planning it twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...everyday, ...disruptive), { maxLength: 40 }), (steps) => {
        const world = play(steps, (one) => {
          one.plan();
          expect(one.plan().changes).toEqual([]);
          expectSeparateOrders(one);
        });
        world.settle();
        for (const productId of PRODUCTS) {
          expect(world.shipped(productId)).toBeLessThanOrEqual(world.most.get(productId) ?? 0);
          expect(world.shipped(productId)).toBeGreaterThanOrEqual(world.asked(productId));
        }
      }),
      { numRuns: 100 },
    );
  });
});
