import { DAY_MS, isoTime } from '../lib/domain/clock.ts';
import type { Figure } from '../lib/domain/ports/orders.ts';
import { type DayFigures, readDay, readWaiting, sumUp, type Times } from '../lib/store/figures.ts';
import { BOOKED_SECONDS } from '../lib/workflows/probe.ts';
import type { Bridge } from './bridge.ts';

/** What the time from authorised to sent says, for people. */
export const AUTHORISED_TO_SENT =
  'from the moment that its webhook or the sweep knows, until the service had the order, or could fetch it; only of orders that waited for no hold, payment or person.';

/** Counts and times of one connection, or of all together. */
export type FlowFigures = Readonly<Record<Figure, number>> & {
  /** null where no time is known. */
  readonly seconds: Readonly<Record<Figure, Times | null>>;
};

export interface DayOfFigures extends FlowFigures {
  /** `yyyy-mm-dd`, in UTC. */
  readonly day: string;
  readonly connections: ReadonlyArray<{ readonly connection: string } & FlowFigures>;
  /** What orders waited for → the most that did at once, to 1,000. */
  readonly waiting: Readonly<Record<string, number>>;
  /** The longest time for which calls of DEAR were booked ahead, in seconds. */
  readonly dearBookedSeconds: number;
}

export interface FiguresView {
  /** Oldest first, each day of the window. */
  readonly days: readonly DayOfFigures[];
  readonly total: FlowFigures;
  readonly connections: ReadonlyArray<{ readonly connection: string } & FlowFigures>;
}

/** Days that are read at once. */
const AT_ONCE = 10;
/** As long as figures are kept. */
const MAX_DAYS = 400;

/** Two reads for each day of the window, whatever the number of orders. @param since ISO UTC; its whole day counts */
export async function readFigures(bridge: Bridge, since: string): Promise<FiguresView> {
  const days = listDays(Date.parse(since), bridge.now());
  const read: Array<{ readonly figures: DayFigures[]; readonly day: DayOfFigures }> = [];
  for (let start = 0; start < days.length; start += AT_ONCE) {
    read.push(...(await Promise.all(days.slice(start, start + AT_ONCE).map((day) => readOne(bridge, day)))));
  }
  const all = read.flatMap(({ figures }) => figures);
  return { days: read.map(({ day }) => day), total: toFlow(all), connections: byConnection(all) };
}

function listDays(since: number, now: number): string[] {
  const first = Math.max(Math.floor(since / DAY_MS), Math.floor(now / DAY_MS) - MAX_DAYS + 1);
  const count = Math.max(0, Math.floor(now / DAY_MS) - first + 1);
  return Array.from({ length: count }, (_, index) => isoTime((first + index) * DAY_MS).slice(0, 10));
}

async function readOne(
  { table, leftOut }: Bridge,
  day: string,
): Promise<{ readonly figures: DayFigures[]; readonly day: DayOfFigures }> {
  const [figures, noted] = await Promise.all([
    readDay(table, day, ({ why }) => leftOut.note(why)),
    readWaiting(table, day),
  ]);
  const { [BOOKED_SECONDS]: dearBookedSeconds = 0, ...waiting } = toHighest(
    Object.values(noted?.hours ?? {}),
  );
  return {
    figures,
    day: { day, ...toFlow(figures), connections: byConnection(figures), waiting, dearBookedSeconds },
  };
}

function toHighest(hours: ReadonlyArray<Readonly<Record<string, number>>>): Record<string, number> {
  const highest: Record<string, number> = {};
  for (const hour of hours)
    for (const [what, count] of Object.entries(hour)) highest[what] = Math.max(count, highest[what] ?? 0);
  return highest;
}

function toFlow(figures: readonly DayFigures[]): FlowFigures {
  const { counts, seconds } = sumUp(figures);
  return { ...counts, seconds };
}

function byConnection(figures: readonly DayFigures[]) {
  const ids = [...new Set(figures.map(({ connection }) => connection))].sort();
  return ids.map((connection) => ({
    connection,
    ...toFlow(figures.filter((one) => one.connection === connection)),
  }));
}
