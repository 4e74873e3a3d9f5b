import { createHash } from 'node:crypto';
import type { LifeResult } from './life.ts';

const COUNTS = ['deliveries', 'deaths', 'troubles', 'sales', 'parcels', 'parked'] as const;

/** What many lives came to. */
export interface Totals {
  readonly lives: number;
  readonly deliveries: number;
  readonly deaths: number;
  readonly troubles: number;
  readonly sales: number;
  readonly parcels: number;
  readonly parked: number;
  readonly byProvider: Readonly<Record<string, number>>;
  /** Of the traces of all lives, in whichever order: the same for the same seeds. */
  readonly digest: string;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly life: string;
  readonly provider: string;
  readonly violations: readonly string[];
  /** The command that lives it again. */
  readonly replay: string;
}

export const NOTHING: Totals = {
  lives: 0,
  deliveries: 0,
  deaths: 0,
  troubles: 0,
  sales: 0,
  parcels: 0,
  parked: 0,
  byProvider: {},
  digest: '0'.repeat(16),
  failures: [],
};

export function add(one: Totals, other: Totals): Totals {
  const sums = Object.fromEntries(
    (['lives', ...COUNTS] as const).map((key) => [key, one[key] + other[key]]),
  ) as Pick<Totals, 'lives' | (typeof COUNTS)[number]>;
  const providers = [...new Set([...Object.keys(one.byProvider), ...Object.keys(other.byProvider)])].sort();
  return {
    ...sums,
    byProvider: Object.fromEntries(
      providers.map((id) => [id, (one.byProvider[id] ?? 0) + (other.byProvider[id] ?? 0)]),
    ),
    digest: join(one.digest, other.digest),
    failures: [...one.failures, ...other.failures],
  };
}

export function toTotals(name: string, life: LifeResult, replay: string): Totals {
  const { provider, violations, seed, trace } = life;
  return {
    ...NOTHING,
    lives: 1,
    ...Object.fromEntries(COUNTS.map((key) => [key, life[key]])),
    byProvider: { [provider]: 1 },
    digest: createHash('sha256').update(`${seed} ${trace}`).digest('hex').slice(0, 16),
    failures: violations.length === 0 ? [] : [{ life: name, provider, violations, replay }],
  };
}

function join(one: string, other: string): string {
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(16).padStart(16, '0');
}

export function describe({ lives, sales, parcels, deliveries, deaths, troubles, parked, failures }: Totals) {
  return `${lives} lives: ${sales} sales, ${parcels} parcels, ${deliveries} deliveries of messages, ${deaths} processes killed, ${troubles} calls spoilt, ${parked} messages parked; ${failures.length} lives failed`;
}
