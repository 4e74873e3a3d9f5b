import { MINUTE_MS } from '../../lib/domain/clock.ts';
import { type People, references } from '../simulation/life/people.ts';
import type { ChaosWorld } from './world.ts';

/** README: what no webhook reported is found by the sweep. */
const SALE_PROMISE_MS = 17 * MINUTE_MS;
/** Schedules collect every five minutes, and a job whose process died is hidden for up to 15 minutes. */
const PARCEL_PROMISE_MS = 20 * MINUTE_MS;

interface Watched {
  /** ms since the epoch; null: it is not to be waited for now. */
  since: number | null;
  /** ms since the epoch. */
  seenAt: number | null;
}

/** Measures at DEAR and at the service how long a sale is unknown there, and a parcel here. */
export class Stopwatch {
  readonly #sales = new Map<string, Watched>();
  readonly #parcels = new Map<string, Watched>();
  readonly #world: ChaosWorld;
  readonly #people: People;

  constructor(world: ChaosWorld, people: People) {
    this.#world = world;
    this.#people = people;
  }

  async look(): Promise<void> {
    for (const { number } of this.#people.sales) {
      const watched = getOrAdd(this.#sales, number);
      if (watched.seenAt === null) await this.#lookForOrder(number, watched);
    }
    for (const { trackingNumber, saleNumber, at, isVoided } of this.#people.parcels) {
      const watched = getOrAdd(this.#parcels, trackingNumber);
      watched.since = at;
      if (watched.seenAt !== null || isVoided) continue;
      const { fulfilments } = await this.#world.dear.sale(saleNumber);
      const shown = fulfilments.flatMap(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers));
      if (shown.includes(trackingNumber)) watched.seenAt = this.#world.now();
    }
  }

  async #lookForOrder(number: string, watched: Watched): Promise<void> {
    const { orderStatus } = await this.#world.dear.sale(number);
    const now = this.#world.now();
    watched.since = orderStatus === 'AUTHORISED' ? (watched.since ?? now) : null;
    if (watched.since === null) return;
    for (const reference of references(number).slice(0, 2)) {
      if ((await this.#world.staff.ordersFor(reference)).length > 0) watched.seenAt ??= now;
    }
  }

  /** Sorted, in seconds. */
  figures() {
    return { saleSeconds: toSeconds(this.#sales), parcelSeconds: toSeconds(this.#parcels) };
  }

  /** @param killedAt when the last kill was, in ms since the epoch: what is promised counts from the end of an outage */
  findViolations(killedAt: number): string[] {
    return [
      ...findLate(this.#sales, killedAt, SALE_PROMISE_MS, 'the sale', 'at the service'),
      ...findLate(this.#parcels, killedAt, PARCEL_PROMISE_MS, 'the parcel', 'in DEAR'),
    ];
  }
}

function getOrAdd(all: Map<string, Watched>, key: string): Watched {
  const known = all.get(key) ?? { since: null, seenAt: null };
  all.set(key, known);
  return known;
}

function findLate(
  all: ReadonlyMap<string, Watched>,
  killedAt: number,
  limitMs: number,
  what: string,
  where: string,
): string[] {
  return [...all].flatMap(([name, watched]) => {
    const lateMs = getDuration(watched, killedAt);
    return lateMs > limitMs
      ? [`${name}: ${what} was ${where} ${Math.round(lateMs / MINUTE_MS)} minutes after the last kill only.`]
      : [];
  });
}

/** @param from time before this moment is not counted */
function getDuration({ since, seenAt }: Watched, from = 0): number {
  return since === null || seenAt === null ? 0 : seenAt - Math.max(since, from);
}

function toSeconds(all: ReadonlyMap<string, Watched>) {
  const seen = [...all.values()].filter(({ seenAt }) => seenAt !== null);
  const sorted = seen.map((watched) => Math.round(getDuration(watched) / 1000)).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { seen: sorted.length, median: at(0.5), p95: at(0.95), longest: at(1) };
}
