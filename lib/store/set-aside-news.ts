import * as z from 'zod';
import { DAY_MS, DAY_SECONDS, isoTime } from '../domain/clock.ts';
import type { SetAsideStore } from '../domain/ports/jobs.ts';
import type { NewsSetAside } from '../domain/shipment/package.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

const quantity = { quantity: z.number(), batch: z.string(), expiry: z.string() };
const line = z.object({ key: z.string(), sku: z.string(), ...quantity });

const shipment = z.object({
  reference: z.string(),
  providerOrderId: z.string(),
  id: z.string(),
  trackingNumbers: z.array(z.string()),
  carrier: z.string(),
  service: z.string(),
  shippedAt: z.string(),
  cost: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  contents: z.union([z.array(line), z.literal('remaining')]),
  warehouse: z.string(),
  note: z.string().exactOptional(),
});

const returned = z.object({
  reference: z.string(),
  id: z.string(),
  trackingNumbers: z.array(z.string()),
  reportedAt: z.string(),
  progress: z.enum(['label', 'under-way']),
  contents: z.array(line),
});

const entry: z.ZodType<NewsSetAside> = z.object({
  news: z.object({
    reference: z.string(),
    shipments: z.array(shipment),
    withdrawn: z.array(
      z.object({ reference: z.string(), id: z.string(), cause: z.enum(['voided', 'refunded']) }),
    ),
    returns: z.array(returned),
    shippedParts: z
      .array(
        z.object({
          reference: z.string(),
          providerOrderId: z.string(),
          packageIds: z.array(z.string()),
          changedAt: z.string(),
        }),
      )
      .exactOptional(),
  }),
  since: z.string(),
  reason: z.string(),
});

export const SET_ASIDE_NEWS = new ItemKind(
  'set-aside news',
  z.object({ entries: z.array(entry), version: z.int() }),
  // Version 2 added the note of a shipment, version 3 the shipped parts: both may be left out.
  [(news) => news, (news) => news],
);

const unsorted = z.object({ entries: z.array(z.unknown()), version: z.int() });
/** An entry of any version, which is forgotten in time whether it can be read or not. */
const dated = z.looseObject({ since: z.string() });

/** What a connection's looks for shipments have put aside: one item each, read at each look. */
export class SetAsideNews implements SetAsideStore {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;
  /** Connection → what was read and is left out, and is stored again with the rest. */
  readonly #leftOut = new Map<string, readonly unknown[]>();

  /**
   * @param personalDataDays that news is kept, as tracking may be typed by hand
   * @param onUnreadable receives each item of which some news cannot be read
   */
  constructor(
    table: Table,
    now: () => number,
    personalDataDays: number,
    onUnreadable: OnUnreadable = () => {},
  ) {
    this.#onUnreadable = onUnreadable;
    this.#table = table;
    this.#now = now;
    this.#personalDataDays = personalDataDays;
  }

  /** By reference, and the version to save over. */
  async read(connection: string): Promise<{ entries: Map<string, NewsSetAside>; version: number }> {
    const item = await this.#table.read(toKey(connection));
    this.#leftOut.delete(connection);
    if (item === undefined) return { entries: new Map(), version: 0 };
    const { entries, version } =
      SET_ASIDE_NEWS.parseRow(item, this.#onUnreadable) ?? this.#sort(connection, item);
    return { entries: new Map(entries.map((one) => [one.news.reference, one])), version };
  }

  /** One order's news that cannot be read does not keep that of the others. */
  #sort(connection: string, item: Record<string, unknown>): { entries: NewsSetAside[]; version: number } {
    const { entries, version } = unsorted.parse(item);
    const read = entries.map((one) => entry.safeParse(one));
    this.#leftOut.set(
      connection,
      entries.filter((_, index) => read[index]?.success === false),
    );
    return { entries: read.flatMap(({ data }) => (data === undefined ? [] : [data])), version };
  }

  /**
   * @param version the one that was read
   * @returns the version that is stored now
   * @throws {VersionConflict} where another look has written meanwhile
   */
  async save(connection: string, entries: Iterable<NewsSetAside>, version: number): Promise<number> {
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    const oldest = isoTime(this.#now() - this.#personalDataDays * DAY_MS);
    const isKept = (one: unknown) => {
      const { since } = dated.safeParse(one).data ?? {};
      return since === undefined || since > oldest;
    };
    const all = [...entries, ...(this.#leftOut.get(connection) ?? [])];
    const next = { entries: all.filter(isKept), version: version + 1, expiresAt };
    const condition = version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'version', version } as const);
    await putRecord(this.#table, SET_ASIDE_NEWS, toKey(connection), next, condition);
    return next.version;
  }
}

function toKey(connection: string) {
  return { pk: `SET-ASIDE#${connection}`, sk: 'NEWS' };
}
