import { type Clock, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import type { Outbox, OutboxEntry } from '../../domain/ports/provider-box.ts';
import { renderOrders, toBatchFile, toFile } from './order-files.ts';
import { type Message, parseEntry, type SentOrder, type SentOrders } from './sent-orders.ts';
import type { FilesSettings } from './settings.ts';
import type { SharedTransfer } from './transfer.ts';

/** How far batches have come; kept in the cursor. */
export interface BatchPosition {
  /** The orders that changed before are in a batch, ISO UTC; ''. */
  readonly until: string;
  /** A file that is about to appear, or has. */
  readonly pending: {
    readonly name: string;
    readonly references: readonly string[];
    readonly until: string;
  } | null;
}

interface BatchDeps {
  readonly settings: Pick<FilesSettings, 'orders' | 'format'>;
  readonly outbox: Outbox;
  readonly orders: SentOrders;
  readonly transfer: SharedTransfer;
  readonly now: Clock;
}

/**
 * Writes the orders that wait into one file, once a batch is due. Each yielded position has to be stored before the next step: the
 * file appears only after it is stored which orders are in it.
 */
export async function* sendBatch(position: BatchPosition, deps: BatchDeps): AsyncGenerator<BatchPosition> {
  const { settings, now, transfer } = deps;
  let current = position;
  if (current.pending !== null) {
    current = await finish(current.pending, deps);
    yield current;
  }
  const isDue =
    current.until === '' || now() - Date.parse(current.until) >= settings.orders.batchMinutes * MINUTE_MS;
  if (!isDue) return;
  const until = isoTime(now());
  const waiting = await gather(current.until, until, deps);
  if (waiting.length === 0) {
    yield { until, pending: null };
    return;
  }
  const references = waiting.map(({ order }) => order.reference);
  const file = toBatchFile(references, until, settings);
  const members = await claim(references, file.name, deps);
  const bytes = render(members, deps);
  await transfer.use((open) => open.upload(file, bytes));
  const pending = { name: file.name, references: members.map(({ order }) => order.reference), until };
  yield { until: current.until, pending };
  yield await finish(pending, deps);
}

function render(members: readonly SentOrder[], { settings }: BatchDeps): Buffer {
  const orders = members.map(({ order }) => order);
  return renderOrders(orders, 'submit', settings).bytes;
}

/** The orders that wait and changed in the window. */
async function gather(from: string, until: string, { outbox }: BatchDeps): Promise<SentOrder[]> {
  const isWithheld = (entry: OutboxEntry) => {
    const { isWaiting, isCancelled } = parseEntry(entry);
    return !isWaiting || isCancelled;
  };
  const waiting = new Map<string, SentOrder>();
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const window = { from: from || isoTime(0), until, precisionMs: 1, page, isWithheld };
    const fetched = await outbox.fetch(window);
    pages = fetched.pages;
    for (const entry of fetched.entries) waiting.set(entry.reference, parseEntry(entry));
  }
  return [...waiting.values()];
}

/** Notes on each order that it belongs to the file. One that was cancelled meanwhile is left out. */
async function claim(
  references: readonly string[],
  batch: string,
  { orders }: BatchDeps,
): Promise<SentOrder[]> {
  const members: SentOrder[] = [];
  for (const reference of references) {
    const claimed = await orders.change(reference, (current) =>
      current?.isWaiting === true && !current.isCancelled ? { ...current, batch } : null,
    );
    if (claimed?.isWaiting === true && claimed.batch === batch && !claimed.isCancelled) members.push(claimed);
  }
  return members;
}

/** Lets the file appear, unless it has, and notes that its orders are sent. */
async function finish(
  { name, references, until }: NonNullable<BatchPosition['pending']>,
  deps: BatchDeps,
): Promise<BatchPosition> {
  const { orders, settings, transfer } = deps;
  const file = toFile('', name, settings.orders);
  const known = await Promise.all(references.map((reference) => orders.read(reference)));
  const bytes = render(
    known.filter((order) => order !== null),
    deps,
  );
  if (references.length > 0)
    await transfer.use(async (open) => {
      if (!(await open.wasReleased(file))) await open.release(file, bytes);
    });
  const sent: Message = {
    action: 'submit',
    state: 'sent',
    answer: null,
    reason: '',
    before: null,
    refused: null,
  };
  for (const reference of references)
    await orders.change(reference, (current) =>
      current?.isWaiting === true && current.batch === name
        ? { ...current, isWaiting: false, messages: [sent] }
        : null,
    );
  return { until, pending: null };
}
