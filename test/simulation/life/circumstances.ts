import { PROVIDERS } from '../../../lib/providers/registry.ts';
import type { Random } from './random.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What a seed chooses about a life before anything happens in it. */
export interface Circumstances {
  readonly provider: string;
  readonly size: Size;
  /** How long things go wrong. */
  readonly troubledMs: number;
  /** After which time everything that heals by itself has to be healed, once before the rest is shipped and once after. */
  readonly calmMs: number;
  /** How many sales are made, at least and at most. */
  readonly sales: readonly [number, number];
}

type Size = 'small' | 'large' | 'rush';
type Dimensions = Pick<Circumstances, 'troubledMs' | 'calmMs' | 'sales'>;

const SIZES: Readonly<Record<Size, Dimensions>> = {
  small: { troubledMs: 25 * MINUTE, calmMs: 30 * MINUTE, sales: [1, 3] },
  // With an outage of hours.
  large: { troubledMs: 3 * HOUR, calmMs: 1.5 * HOUR, sales: [1, 5] },
  // In which more calls are due at once than an account may make in a minute.
  rush: { troubledMs: 20 * MINUTE, calmMs: 30 * MINUTE, sales: [14, 18] },
};

/** One dead process is made good within minutes. */
const QUIET: Dimensions = { troubledMs: HOUR / 2, calmMs: HOUR / 2, sales: [1, 3] };

/**
 * Most lives are small, so that many of them are lived; one in sixty is large, and one in sixty a rush.
 * @param only the provider; null: the seed's
 * @param isQuiet whether nothing goes wrong but the death of one process
 */
export function drawCircumstances(random: Random, only: string | null, isQuiet: boolean): Circumstances {
  const ids = PROVIDERS.map(({ id }) => id);
  const drawn = ids[random.between(0, ids.length - 1)] ?? 'http';
  const lot = random.between(1, 60);
  const size = lot === 1 ? 'large' : lot === 2 && !isQuiet ? 'rush' : 'small';
  return { provider: only ?? drawn, size, ...(isQuiet ? QUIET : SIZES[size]) };
}
