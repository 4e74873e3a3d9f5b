import { createHash } from 'node:crypto';
import { findAccountViolations } from './check-account.ts';
import { findOutdatedOrders, findViolations } from './checks.ts';
import { drawCircumstances, HOUR, quietCircumstances } from './circumstances.ts';
import { seedRandomness } from './hooks.ts';
import { People } from './people.ts';
import { Random } from './random.ts';
import { openWorld, type World } from './world.ts';

export interface LifeResult {
  readonly seed: number;
  readonly provider: string;
  readonly violations: readonly string[];
  /** Batches of messages that workers received. */
  readonly deliveries: number;
  readonly deaths: number;
  /** Times that a process could have died. */
  readonly passed: number;
  readonly troubles: number;
  readonly sales: number;
  readonly parcels: number;
  readonly parked: number;
  /** The same for the same seed: of everything that was logged. */
  readonly trace: string;
  readonly acts: readonly string[];
  readonly lines: readonly string[];
}

/**
 * One life of the whole system: people and faults at random, then a time in which nothing goes wrong.
 * @param only the provider; null: the seed's
 */
export async function live(seed: number, only: string | null = null): Promise<LifeResult> {
  const random = new Random(seed);
  seedRandomness(random.fork().next);
  const circumstances = drawCircumstances(random.fork(), only);
  const world = await openWorld({ circumstances, random });
  const people = new People(world, random.fork(), circumstances.trigger);
  world.setSold((number) => getSold(number, people));
  await people.plan(circumstances);
  return await finish(seed, world, people);
}

/**
 * One story in which every workflow has work and nothing goes wrong but the death of one process.
 * @param killAt at which of its calls, from 1 on; null: none dies
 */
export async function liveQuietly(provider: string, killAt: number | null): Promise<LifeResult> {
  const random = new Random(0);
  seedRandomness(random.fork().next);
  const circumstances = quietCircumstances(provider);
  const world = await openWorld({ circumstances, random, quiet: { killAt } });
  const people = new People(world, random.fork());
  await people.planStory(circumstances);
  return await finish(0, world, people);
}

function getSold(number: string, people: People): ReadonlyMap<string, number> | null {
  const sale = people.sales.find((one) => one.number === number);
  return sale === undefined || sale.isDivided ? null : sale.soldAtMost;
}

async function finish(seed: number, world: World, people: People): Promise<LifeResult> {
  const { provider, troubledMs, calmMs, isScarce } = world.circumstances;
  await world.advance(troubledMs);
  world.calm();
  await world.advance(calmMs);
  const outdated = await findOutdatedOrders(world, people);
  let violations = await settle(world, people, calmMs);
  if (violations.length > 0) {
    await world.advance(isScarce ? PATIENCE_FOR_GOODS_MS : PATIENCE_MS);
    await world.advance(calmMs);
    violations = await settle(world, people, calmMs);
  }
  violations = [...outdated, ...violations];
  const result = { seed, provider, violations, ...summarise(world, people) };
  await world.stop();
  return result;
}

/**
 * Some waits are long by design: a person is told after an hour of an order that its service never showed, and a sale that waits
 * for goods is read again after four hours.
 */
const PATIENCE_MS = 2 * HOUR;
const PATIENCE_FOR_GOODS_MS = 5 * HOUR;

async function settle(world: World, people: People, calmMs: number): Promise<string[]> {
  await people.shipEverything();
  await world.advance(calmMs);
  return [...(await findViolations(world, people)), ...(await findAccountViolations(world))];
}

function summarise(world: World, people: People) {
  const troubles = world.weathers.flatMap(({ seen }) => [...seen.values()]);
  return {
    deliveries: world.processes.started,
    deaths: world.processes.died,
    passed: world.processes.passed,
    troubles: troubles.reduce((sum, times) => sum + times, 0),
    sales: people.sales.length,
    parcels: people.parcels.length,
    parked: world.parked().length,
    trace: createHash('sha256').update(world.lines.join('\n')).digest('hex').slice(0, 16),
    acts: people.acts,
    lines: [...world.lines],
  };
}
