import { createHash } from 'node:crypto';
import { BusyPeople } from './busy-people.ts';
import { findAccountViolations } from './check-account.ts';
import { findDraftViolations } from './check-bills.ts';
import { findNeedlessCalls } from './check-calls.ts';
import { findOutdatedOrders, findViolations } from './checks.ts';
import { type Circumstances, drawCircumstances, HOUR, quietCircumstances } from './circumstances.ts';
import { Corrections } from './corrections.ts';
import { FOUND } from './found.ts';
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

interface LifeOptions {
  /** The provider. @default the seed's */
  readonly only?: string | null;
  /** Whether people also do what `BusyPeople` do. @default as the seed has it: half of them do */
  readonly isBusy?: boolean | null;
}

/** One life of the whole system: people and faults at random, then a time in which nothing goes wrong. */
export async function live(
  seed: number,
  { only = null, isBusy = null }: LifeOptions = {},
): Promise<LifeResult> {
  const random = new Random(seed);
  // Of its own, so that the rest of a life does not depend on it.
  const ofBusy = new Random(~seed);
  const drawn = ofBusy.chance(0.5);
  seedRandomness(random.fork().next);
  const circumstances = { ...drawCircumstances(random.fork(), only), isBusy: isBusy ?? drawn };
  const world = await openWorld({ circumstances, random, ...drawHardships(seed, circumstances) });
  const people = new People(world, random.fork(), circumstances.trigger);
  world.setSold((number) => getSold(number, people));
  await people.plan(circumstances);
  const busy = circumstances.isBusy ? new BusyPeople(world, people, ofBusy) : null;
  busy?.plan(circumstances);
  return await finish(seed, world, people, { busy, corrections: planCorrections(seed, world, people) });
}

/** A seed's further random sources: the rest of a life does not depend on them, and lives that were found do not have them. */
const LONGEVITY = 10_000_000;
const PAGES = 20_000_000;
const CORRECTIONS = 30_000_000;

function drawHardships(seed: number, { keepsStock }: Pick<Circumstances, 'keepsStock'>) {
  if (isSpared(seed)) return {};
  const hasTwoPages = keepsStock && new Random(seed + PAGES).chance(0.5);
  return { longevity: new Random(seed + LONGEVITY), hasTwoPages };
}

function planCorrections(seed: number, world: World, people: People): Corrections | null {
  const random = new Random(seed + CORRECTIONS);
  const isDrawn = world.circumstances.trigger === 'OrderAuthorised' && random.chance(0.5);
  if (!isDrawn || isSpared(seed)) return null;
  const corrections = new Corrections(world, people, random);
  corrections.plan(world.circumstances);
  return corrections;
}

function isSpared(seed: number): boolean {
  return FOUND.some((one) => one.seed === seed && one.isFull !== true);
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

interface Others {
  readonly busy: BusyPeople | null;
  readonly corrections: Corrections | null;
}

async function finish(
  seed: number,
  world: World,
  people: People,
  { busy, corrections }: Others = { busy: null, corrections: null },
): Promise<LifeResult> {
  const { provider, troubledMs, calmMs, isScarce } = world.circumstances;
  await world.advance(troubledMs);
  world.calm();
  await world.advance(calmMs);
  const outdated = await findOutdatedOrders(world, people);
  if (busy !== null) {
    await people.shipEverything();
    await world.advance(calmMs);
    if (busy.waitsForMore) await world.advance(MORE_PARCELS_MS);
    await busy.closeOrders();
    await world.advance(calmMs);
  }
  let violations = await settle(world, people, calmMs);
  if (violations.length > 0) {
    await world.advance(isScarce ? PATIENCE_FOR_GOODS_MS : PATIENCE_MS);
    await world.advance(calmMs);
    violations = await settle(world, people, calmMs);
  }
  violations = [...outdated, ...violations, ...((await corrections?.findDoubles()) ?? [])];
  if (violations.length === 0) violations = await settleParked(world, people, calmMs);
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

/** CartRover does not say that an order ends short, so it is waited for: see `MORE_PARCELS_MS` of its provider. */
const MORE_PARCELS_MS = 74 * HOUR;

async function settle(world: World, people: People, calmMs: number): Promise<string[]> {
  await people.shipEverything();
  await world.advance(calmMs);
  return [
    ...(await findViolations(world, people)),
    ...(await findDraftViolations(world, people)),
    ...(await findNeedlessCalls(world, people)),
    ...(await findAccountViolations(world)),
  ];
}

/** Once everything works again, no message is parked a second time, and none of those that were excuses anything. */
async function settleParked(world: World, people: People, calmMs: number): Promise<string[]> {
  if (world.parked().length === 0) return [];
  await world.redrive();
  await world.advance(calmMs);
  const again = world.parked().map((body) => `A message was parked again: ${body}`);
  return [...again, ...(await settle(world, people, calmMs))];
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
