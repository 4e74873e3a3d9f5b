import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Clock, DAY_MS, DAY_SECONDS, isoTime, MINUTE_MS } from '../domain/clock.ts';
import type {
  Outbox,
  OutboxContent,
  OutboxEntry,
  OutboxPage,
  OutboxRequest,
} from '../domain/ports/provider-box.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { putRecord } from './put-record.ts';
import { type Table, VersionConflict } from './table.ts';

export interface BoxDeps {
  /** The connection's id. */
  readonly connection: string;
  readonly table: Table;
  readonly now: Clock;
  readonly personalDataDays: number;
  /** Receives each row that a page or a list leaves out. */
  readonly onUnreadable: OnUnreadable;
}

/** An entry of the list of changes. It takes up `span` positions, so that a page of positions has a limited size. */
export const OUTBOX_CHANGE = new ItemKind(
  'outbox change',
  z.object({
    position: z.int().min(1),
    span: z.int().min(1),
    /** ISO UTC; never earlier than that of the change before. */
    at: z.string(),
    /** '': the service fetched what had changed before `at`, and no later change may get an earlier time. */
    reference: z.string(),
  }),
);
type Change = z.infer<typeof OUTBOX_CHANGE.schema>;

export const OUTBOX_ENTRY = new ItemKind(
  'outbox entry',
  z.object({
    reference: z.string(),
    body: z.string(),
    isCancelled: z.boolean(),
    isHeld: z.boolean(),
    changedAt: z.string(),
    fetchedAt: z.string(),
    versionFetchedAt: z.string(),
    leftAt: z.string(),
    /** Of the latest change. */
    position: z.int().min(1),
    version: z.int().min(1),
    expiresAt: z.number(),
  }),
  // Version 2 added `isHeld`.
  [(entry) => ({ ...entry, isHeld: false })],
);
type StoredEntry = z.infer<typeof OUTBOX_ENTRY.schema>;

export const OUTBOX_FETCH = new ItemKind('outbox fetch', z.object({ at: z.string() }));

/** Of positions, and so at most that many entries. */
export const PAGE_POSITIONS = 50;
/** A page of 50 positions has 4 MB, and one more large entry; Lambda answers with up to 6 MB. */
const POSITION_BYTES = 80 * 1024;
/** A window whose end lies further back can miss no change that is being written. */
const SETTLED_MS = 2 * MINUTE_MS;
/** How far ahead of ours the service's clock may be. A window that ends later is taken to end now. */
const MAX_AHEAD_MS = 15 * MINUTE_MS;
/** Each try lets one of several writers through. The route of the services lets 40 calls in at a time. */
const TRIES = 60;
/** Writers that have failed so often spread out, over so many ms. */
const PATIENCE = 3;
const SPREAD_MS = 100;
const READ_AT_ONCE = 25;

/**
 * The list of changes is one partition for each connection, in order of dense positions, so a page of a window is found by
 * arithmetic and read in one query however many changes there are. A change is never removed or moved while a service reads
 * pages: an entry that changes again gets a further position, and its old one counts as empty.
 *
 * A change is appended before its entry is written, and a fetch notes in the list up to when it has read. A writer that finds such a
 * note behind its change appends again: so no change gets a time in a window that was fetched without it.
 */
export class StoredOutbox implements Outbox {
  readonly #deps: BoxDeps;

  constructor(deps: BoxDeps) {
    this.#deps = deps;
  }

  async read(reference: string): Promise<OutboxEntry | null> {
    return this.#toCurrent(await this.#readStored(reference));
  }

  async change(
    reference: string,
    decide: (current: OutboxEntry | null) => OutboxContent | null,
  ): Promise<OutboxEntry | null> {
    return await retryConflicts(async () => {
      const stored = await this.#readStored(reference);
      const current = this.#toCurrent(stored);
      const content = decide(current);
      return content === null
        ? current
        : await this.#write({ ...blank(reference), ...current, ...content }, stored);
    });
  }

  async noteLeft(reference: string): Promise<OutboxEntry | null> {
    return await retryConflicts(async () => {
      const stored = await this.#readStored(reference);
      if (stored === null || stored.leftAt !== '') return stored;
      return await this.#put({ ...stored, leftAt: this.#nowText() }, stored.version);
    });
  }

  async fetch({ from, until, precisionMs, page, isWithheld }: OutboxRequest): Promise<OutboxPage> {
    const last = await this.#noteFetch(until, page);
    if (last === null) return { pages: 0, entries: [] };
    const [first, end] = await Promise.all([
      this.#firstSince(from, last),
      this.#lastBefore(Date.parse(until) + precisionMs, last),
    ]);
    if (first === null || end === null || end.position < first.position) return { pages: 0, entries: [] };
    const pages = Math.ceil((end.position - first.position + 1) / PAGE_POSITIONS);
    const start = first.position + (page - 1) * PAGE_POSITIONS;
    const changes = await this.#changes(start, Math.min(start + PAGE_POSITIONS - 1, end.position));
    const entries = await this.#fetchEntries(changes, isWithheld);
    return { pages: pages === 1 && entries.length === 0 ? 0 : pages, entries };
  }

  async lastFetchedAt(): Promise<string | null> {
    const item = await this.#deps.table.read(this.#fetchKey());
    return item === undefined ? null : OUTBOX_FETCH.parse(item).at;
  }

  /** Appends a change and writes the entry of it, again if the service has fetched in between. */
  async #write(entry: OutboxEntry, stored: StoredEntry | null): Promise<StoredEntry> {
    let version = stored?.version ?? 0;
    const span = Math.max(1, Math.ceil(Buffer.byteLength(entry.body) / POSITION_BYTES));
    for (;;) {
      const { position, at } = await this.#append(span, entry.reference);
      const written = await this.#put(
        { ...entry, changedAt: at, versionFetchedAt: '', position, version, expiresAt: 0 },
        version,
      );
      version = written.version;
      if (!(await this.#wasFetchedSince(position))) return written;
    }
  }

  #append(span: number, reference: string): Promise<Change> {
    return retryConflicts(async () => {
      const last = await this.#last();
      const at = latest(this.#nowText(), last?.at ?? '');
      return await this.#putChange({ position: nextPosition(last), span, at, reference });
    });
  }

  /**
   * Notes that changes up to a moment are being fetched. Later ones get that time or a later one.
   * @returns the last change; null where there is none
   */
  async #noteFetch(until: string, page: number): Promise<Change | null> {
    const now = this.#deps.now();
    const asked = Date.parse(until);
    if (asked < now - DAY_MS) return await this.#last();
    if (page === 1) {
      const at = { at: isoTime(now) };
      await putRecord(this.#deps.table, OUTBOX_FETCH, this.#fetchKey(), at);
    }
    if (asked < now - SETTLED_MS) return await this.#last();
    const end = isoTime(asked > now + MAX_AHEAD_MS ? now : asked);
    return await retryConflicts(async () => {
      const last = await this.#last();
      if (last?.reference === '' && last.at >= end) return last;
      const at = latest(end, last?.at ?? '');
      const note = { position: nextPosition(last), span: 1, at, reference: '' };
      return await this.#putChange(note);
    });
  }

  async #wasFetchedSince(position: number): Promise<boolean> {
    const later = await this.#query({ from: position + 1, limit: PAGE_POSITIONS });
    return later.length === PAGE_POSITIONS || later.some(({ reference }) => reference === '');
  }

  /** The first change at a moment or later, by steps that double from the end and then halve: windows are mostly recent. */
  async #firstSince(at: string, last: Change): Promise<Change | null> {
    if (last.at < at) return null;
    let found = last;
    // All changes below `low` or at it are earlier; none from `high` on is before `found`.
    let low = 0;
    let high = last.position;
    for (let step = 1; high > 1; step *= 2) {
      const probe = await this.#firstFrom(Math.max(1, last.position - step), found);
      if (probe.at < at) {
        low = probe.position;
        break;
      }
      found = probe;
      high = Math.max(1, last.position - step);
    }
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2);
      const probe = await this.#firstFrom(middle, found);
      if (probe.at < at) low = probe.position;
      else [found, high] = [probe, middle];
    }
    return found;
  }

  async #lastBefore(end: number, last: Change): Promise<Change | null> {
    const next = await this.#firstSince(isoTime(end), last);
    if (next === null) return last;
    const [before] = await this.#query({ until: next.position - 1, limit: 1, backwards: true });
    return before ?? null;
  }

  /** The change at a position, or the next one. */
  async #firstFrom(position: number, otherwise: Change): Promise<Change> {
    return (await this.#query({ from: position, limit: 1 }))[0] ?? otherwise;
  }

  async #last(): Promise<Change | null> {
    return (await this.#query({ limit: 1, backwards: true }))[0] ?? null;
  }

  /** Of a page: those that can be read. */
  async #changes(from: number, until: number): Promise<Change[]> {
    if (until < from) return [];
    const items = await this.#items({ from, until, limit: PAGE_POSITIONS });
    return items
      .map((item) => OUTBOX_CHANGE.parseRow(item, this.#deps.onUnreadable))
      .filter((change) => change !== null);
  }

  async #query(range: PositionRange): Promise<Change[]> {
    return (await this.#items(range)).map((item) => OUTBOX_CHANGE.parse(item));
  }

  async #items({ from, until, ...rest }: PositionRange): Promise<ReadonlyArray<Record<string, unknown>>> {
    return await this.#deps.table.range(this.#changesPartition(), {
      ...rest,
      ...(from !== undefined && { from: toSortKey(from) }),
      ...(until !== undefined && { until: toSortKey(until) }),
    });
  }

  async #fetchEntries(
    changes: readonly Change[],
    isWithheld: OutboxRequest['isWithheld'],
  ): Promise<OutboxEntry[]> {
    const orders = changes.filter(({ reference }) => reference !== '');
    const entries: OutboxEntry[] = [];
    for (let start = 0; start < orders.length; start += READ_AT_ONCE) {
      const some = orders.slice(start, start + READ_AT_ONCE);
      const fetched = await Promise.all(some.map((change) => this.#fetchEntry(change, isWithheld)));
      entries.push(...fetched.filter((entry) => entry !== null));
    }
    return entries;
  }

  /** null where the entry has changed since, has expired, cannot be read, or is withheld. */
  #fetchEntry(
    { reference, position }: Change,
    isWithheld: OutboxRequest['isWithheld'],
  ): Promise<OutboxEntry | null> {
    return retryConflicts(async () => {
      const item = await this.#deps.table.read(this.#entryKey(reference));
      const entry =
        item === undefined ? null : OUTBOX_ENTRY.parseRow(item, this.#deps.onUnreadable, reference);
      if (entry?.position !== position || this.#toCurrent(entry) === null || isWithheld(entry)) return null;
      if (entry.versionFetchedAt !== '') return entry;
      const versionFetchedAt = this.#nowText();
      const fetchedAt = entry.fetchedAt || versionFetchedAt;
      return await this.#put({ ...entry, fetchedAt, versionFetchedAt }, entry.version);
    });
  }

  async #readStored(reference: string): Promise<StoredEntry | null> {
    const item = await this.#deps.table.read(this.#entryKey(reference));
    return item === undefined ? null : OUTBOX_ENTRY.parse(item, reference);
  }

  /** DynamoDB deletes late, so an expired entry that is still there counts as gone. */
  #toCurrent(entry: StoredEntry | null): StoredEntry | null {
    return entry === null || entry.expiresAt * 1000 <= this.#deps.now() ? null : entry;
  }

  /** @param before the stored version; 0: there is none */
  async #put(entry: StoredEntry, before: number): Promise<StoredEntry> {
    const written = { ...entry, version: before + 1, expiresAt: this.#expiry() };
    const condition =
      before === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'version', version: before } as const);
    await putRecord(this.#deps.table, OUTBOX_ENTRY, this.#entryKey(entry.reference), written, condition);
    return written;
  }

  async #putChange(change: Change): Promise<Change> {
    const key = { pk: this.#changesPartition(), sk: toSortKey(change.position) };
    const item = { ...change, expiresAt: this.#expiry() };
    await putRecord(this.#deps.table, OUTBOX_CHANGE, key, item, { kind: 'absent' });
    return change;
  }

  #nowText(): string {
    return isoTime(this.#deps.now());
  }

  /** Seconds since the epoch. */
  #expiry(): number {
    return Math.floor(this.#deps.now() / 1000) + this.#deps.personalDataDays * DAY_SECONDS;
  }

  #changesPartition(): string {
    return `BOX#CHANGES#${this.#deps.connection}`;
  }

  #entryKey(reference: string): ItemKey {
    return { pk: `BOX#ENTRY#${this.#deps.connection}#${reference}`, sk: 'ENTRY' };
  }

  #fetchKey(): ItemKey {
    return { pk: `BOX#FETCH#${this.#deps.connection}`, sk: 'FETCH' };
  }
}

interface PositionRange {
  readonly from?: number;
  readonly until?: number;
  readonly limit: number;
  readonly backwards?: boolean;
}

function blank(reference: string) {
  return { reference, fetchedAt: '', versionFetchedAt: '', leftAt: '', changedAt: '' };
}

function nextPosition(last: Change | null): number {
  return last === null ? 1 : last.position + last.span;
}

function latest(one: string, other: string): string {
  return one > other ? one : other;
}

/** Texts in the order of their numbers. */
function toSortKey(position: number): string {
  return String(position).padStart(12, '0');
}

/** Runs it again where another writer came first. @param spreadOut waits for so long that writers do not meet again */
export async function retryConflicts<Result>(
  run: () => Promise<Result>,
  spreadOut: () => Promise<void> = () => sleep(Math.random() * SPREAD_MS),
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === TRIES) throw error;
      if (tries > PATIENCE) await spreadOut();
    }
  }
}
