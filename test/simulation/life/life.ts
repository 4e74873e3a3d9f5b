import { createHash } from 'node:crypto';
import { PROVIDERS } from '../../../lib/providers/registry.ts';
import { findViolations } from './checks.ts';
import { seedRandomness } from './hooks.ts';
import { People } from './people.ts';
import { Random } from './random.ts';
import { HOUR, openWorld } from './world.ts';

/** How long things go wrong, and after which time everything that heals by itself has to be healed. */
const LONG = { troubledMs: 3 * HOUR, calmMs: 3 * HOUR };
/** One dead process is made good within minutes. */
const QUIET = { troubledMs: HOUR / 2, calmMs: HOUR };

/** Their libraries open sockets of their own, which take real time. */
const BY_REAL_SOCKETS: readonly string[] = ['files'];

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
 * One life of the whole system: people and faults at random for three hours, then three hours in which nothing goes wrong.
 * @param quiet in which only one process dies
 */
export async function live(
  seed: number,
  only: string | null = null,
  quiet?: { readonly killAt: number | null },
): Promise<LifeResult> {
  const random = new Random(seed);
  seedRandomness(random.fork().next);
  const ids = PROVIDERS.map(({ id }) => id).filter((id) => !BY_REAL_SOCKETS.includes(id));
  const drawn = ids[random.between(0, ids.length - 1)] ?? 'http';
  const provider = only ?? drawn;
  const { troubledMs, calmMs } = quiet ? QUIET : LONG;
  const world = await openWorld({ provider, random, troubledMs, ...(quiet && { quiet }) });
  const people = new People(world, random.fork());
  people.plan(troubledMs);
  await world.advance(troubledMs);
  world.calm();
  await world.advance(calmMs / 2);
  await people.shipEverything();
  await world.advance(calmMs / 2);
  const violations = await findViolations(world, people);
  const troubles = world.weathers.flatMap(({ seen }) => [...seen.values()]);
  const result = {
    seed,
    provider,
    violations,
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
  await world.stop();
  return result;
}
