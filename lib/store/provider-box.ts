import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Clock, DAY_SECONDS, isoTime } from '../domain/clock.ts';
import type {
  Inbox,
  InboxPage,
  InboxPayload,
  InboxProblem,
  ProviderBox,
} from '../domain/ports/provider-box.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { type BoxDeps, retryConflicts, StoredOutbox } from './outbox.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

export const INBOX_PAYLOAD = new ItemKind(
  'inbox payload',
  z.object({
    id: z.string(),
    receivedAt: z.string(),
    body: z.string(),
    /** Whether it is on the list of arrivals. */
    isListed: z.boolean(),
    expiresAt: z.number(),
  }),
);
type StoredPayload = z.infer<typeof INBOX_PAYLOAD.schema>;

export const INBOX_ARRIVAL = new ItemKind('inbox arrival', z.object({ position: z.int(), id: z.string() }));
type Arrival = z.infer<typeof INBOX_ARRIVAL.schema>;

export const INBOX_PROBLEM = new ItemKind(
  'inbox problem',
  z.object({
    id: z.string(),
    since: z.string(),
    problem: z.string(),
    isSettled: z.boolean(),
    expiresAt: z.number(),
  }),
);
type StoredProblem = z.infer<typeof INBOX_PROBLEM.schema>;

const PAGE_PAYLOADS = 25;
const MAX_PROBLEMS = 100;

/**
 * A payload is stored under its id first, and then put on the list of arrivals, whose positions are milliseconds: they grow even
 * after all earlier ones have expired, so a cursor never skips a payload. A payload that was stored and not listed is listed
 * when the service sends it again, as it got no answer.
 */
class StoredInbox implements Inbox {
  readonly #deps: BoxDeps;

  constructor(deps: BoxDeps) {
    this.#deps = deps;
  }

  async keep(id: string, body: string): Promise<boolean> {
    const { table, now } = this.#deps;
    const key = this.#payloadKey(id);
    const known = await this.#readPayload(id);
    if (known?.isListed === true) return false;
    const payload = known ?? {
      id,
      receivedAt: isoTime(now()),
      body,
      isListed: false,
      expiresAt: this.#expiry(),
    };
    await putRecord(table, INBOX_PAYLOAD, key, payload);
    await this.#addArrival(id);
    await putRecord(table, INBOX_PAYLOAD, key, { ...payload, isListed: true });
    return true;
  }

  async *after(cursor: string | null, pageSize = PAGE_PAYLOADS): AsyncIterable<InboxPage> {
    let position = cursor === null ? 0 : Number(cursor);
    for (;;) {
      const from = toSortKey(position + 1);
      const items = await this.#deps.table.range(this.#arrivals(), { from, limit: pageSize });
      const last = items.at(-1);
      if (last === undefined) return;
      position = Number(last.sk);
      const arrivals = items.map((item) => INBOX_ARRIVAL.parseRow(item, this.#deps.onUnreadable));
      const payloads = await Promise.all(arrivals.map((arrival) => this.#readListed(arrival)));
      yield { payloads: payloads.filter((payload) => payload !== null), cursor: String(position) };
    }
  }

  async addProblem(id: string, problem: string): Promise<void> {
    const { table, now } = this.#deps;
    const known = await this.#readProblem(id);
    const since = known === null || known.isSettled ? isoTime(now()) : known.since;
    const item = { id, since, problem, isSettled: false, expiresAt: this.#expiry() };
    await putRecord(table, INBOX_PROBLEM, this.#problemKey(id), item);
  }

  async settleProblem(id: string): Promise<void> {
    const known = await this.#readProblem(id);
    if (known === null || known.isSettled) return;
    const settled = { ...known, isSettled: true, expiresAt: 0 };
    await putRecord(this.#deps.table, INBOX_PROBLEM, this.#problemKey(id), settled);
  }

  async problems(): Promise<readonly InboxProblem[]> {
    // Settled ones stay until DynamoDB deletes them.
    const items = await this.#deps.table.range(this.#problemsPartition(), { limit: 5 * MAX_PROBLEMS });
    return items
      .map((item) => INBOX_PROBLEM.parseRow(item, this.#deps.onUnreadable))
      .filter((found) => found !== null)
      .filter(({ isSettled, expiresAt }) => !isSettled && !this.#isExpired(expiresAt))
      .sort((a, b) => b.since.localeCompare(a.since))
      .slice(0, MAX_PROBLEMS)
      .map(({ id, since, problem }) => ({ id, since, problem }));
  }

  async #addArrival(id: string): Promise<void> {
    const { table, now } = this.#deps;
    await retryConflicts(async () => {
      const [item] = await table.range(this.#arrivals(), { limit: 1, backwards: true });
      const position = Math.max(now(), Number(item?.sk ?? 0) + 1);
      const key = { pk: this.#arrivals(), sk: toSortKey(position) };
      const arrival = { position, id, expiresAt: this.#expiry() };
      await putRecord(table, INBOX_ARRIVAL, key, arrival, { kind: 'absent' });
    });
  }

  async #readListed(arrival: Arrival | null): Promise<InboxPayload | null> {
    const item = arrival === null ? undefined : await this.#deps.table.read(this.#payloadKey(arrival.id));
    const payload = item === undefined ? null : INBOX_PAYLOAD.parseRow(item, this.#deps.onUnreadable);
    return payload === null || this.#isExpired(payload.expiresAt) ? null : payload;
  }

  async #readPayload(id: string): Promise<(InboxPayload & StoredPayload) | null> {
    const item = await this.#deps.table.read(this.#payloadKey(id));
    const payload = item === undefined ? null : INBOX_PAYLOAD.parse(item);
    return payload === null || this.#isExpired(payload.expiresAt) ? null : payload;
  }

  async #readProblem(id: string): Promise<StoredProblem | null> {
    const item = await this.#deps.table.read(this.#problemKey(id));
    return item === undefined ? null : INBOX_PROBLEM.parse(item);
  }

  #isExpired(expiresAt: number): boolean {
    return expiresAt * 1000 <= this.#deps.now();
  }

  /** Seconds since the epoch. */
  #expiry(): number {
    return Math.floor(this.#deps.now() / 1000) + this.#deps.personalDataDays * DAY_SECONDS;
  }

  #payloadKey(id: string): ItemKey {
    return { pk: `BOX#PAYLOAD#${this.#deps.connection}#${id}`, sk: 'PAYLOAD' };
  }

  #arrivals(): string {
    return `BOX#ARRIVALS#${this.#deps.connection}`;
  }

  #problemsPartition(): string {
    return `BOX#PROBLEMS#${this.#deps.connection}`;
  }

  /** An id may be a text that a person typed, of any length. */
  #problemKey(id: string): ItemKey {
    return { pk: this.#problemsPartition(), sk: createHash('sha256').update(id).digest('hex') };
  }
}

/** Texts in the order of their numbers. */
function toSortKey(position: number): string {
  return String(position).padStart(15, '0');
}

/**
 * @param personalDataDays that an order is kept after its last change, and a payload after its arrival
 * @param onUnreadable receives each row that a page or a list leaves out
 */
export function createProviderBox(
  connection: string,
  table: Table,
  now: Clock,
  personalDataDays: number,
  onUnreadable: OnUnreadable = () => {},
): ProviderBox {
  const deps = { connection, table, now, personalDataDays, onUnreadable };
  return { outbox: new StoredOutbox(deps), inbox: new StoredInbox(deps) };
}
