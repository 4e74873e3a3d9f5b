import * as z from 'zod';
import { AmbiguousWrite } from '../../domain/errors.ts';
import type { Outbox, OutboxEntry } from '../../domain/ports/provider-box.ts';
import type { FileOrder } from './fields.ts';
import { ANSWERS } from './format.ts';
import { type Action, renderOrders, toOrderFile } from './order-files.ts';
import type { FilesSettings } from './settings.ts';
import type { Transfer } from './transfer.ts';

const texts = z.record(z.string(), z.string());
const fileOrder = z.object({ reference: z.string(), fields: texts, lines: z.array(texts) });

const message = z.object({
  action: z.enum(['submit', 'change', 'cancel']),
  /** `ready`: its file is about to appear, or has. */
  state: z.enum(['ready', 'sent']),
  answer: z.enum(ANSWERS).nullable(),
  /** The warehouse's, which may be personal data. */
  reason: z.string(),
  /** What was asked for before, of a change. */
  before: fileOrder.nullable(),
  /** What was asked for, of a change that was too late. */
  refused: fileOrder.nullable().default(null),
});
export type Message = z.output<typeof message>;

const sentOrder = z.object({
  /** As the warehouse holds it, or will. */
  order: fileOrder,
  /** It is sent with the next batch. */
  isWaiting: z.boolean(),
  /** File of the batch that it belongs to; ''. */
  batch: z.string(),
  messages: z.array(message),
  /** Ids of parcels that left and were not voided. */
  left: z.array(z.string()),
  /** Ids of the latest rows of acknowledgements that were read. */
  read: z.array(z.string()),
});

/** An order, and each file about it. Its form is that of the outbox's text. */
export type SentOrder = z.output<typeof sentOrder> & { readonly isCancelled: boolean };

export function newOrder(order: FileOrder, isWaiting: boolean): SentOrder {
  return { order: copy(order), isWaiting, batch: '', messages: [], left: [], read: [], isCancelled: false };
}

function copy({ reference, fields, lines }: FileOrder): SentOrder['order'] {
  return { reference, fields: { ...fields }, lines: lines.map((line) => ({ ...line })) };
}

export function parseEntry({ body, isCancelled }: OutboxEntry): SentOrder {
  return { ...sentOrder.parse(JSON.parse(body)), isCancelled };
}

/** Whether the warehouse has it or will get it. */
export function isSent({ isWaiting, messages }: SentOrder): boolean {
  return isWaiting || messages.length > 0;
}

/**
 * The orders of a connection in the outbox. A file is written in three steps: its content under a temporary name, a note here that
 * it is ready, and the rename. So after a lost answer it is known whether the file appeared, although the warehouse may have
 * taken it since (decision 0067).
 */
export class SentOrders {
  readonly #outbox: Outbox;
  readonly #settings: Pick<FilesSettings, 'orders' | 'format'>;

  constructor(outbox: Outbox, settings: Pick<FilesSettings, 'orders' | 'format'>) {
    this.#outbox = outbox;
    this.#settings = settings;
  }

  /** null where there is none, or its file certainly did not appear. */
  async read(reference: string): Promise<SentOrder | null> {
    const entry = await this.#outbox.read(reference);
    const order = entry === null ? null : parseEntry(entry);
    return order !== null && isSent(order) ? order : null;
  }

  /** @param decide may be called again; null: nothing changes */
  async change(
    reference: string,
    decide: (current: SentOrder | null) => SentOrder | null,
  ): Promise<SentOrder | null> {
    const entry = await this.#outbox.change(reference, (current) => {
      const next = decide(current === null ? null : parseEntry(current));
      if (next === null) return null;
      const { isCancelled, ...body } = next;
      return { body: JSON.stringify(body), isCancelled, isHeld: false };
    });
    return entry === null ? null : parseEntry(entry);
  }

  /**
   * The order once it is known whether the file appeared that was about to.
   * @returns null as `read` does
   */
  async settle(reference: string, transfer: Transfer): Promise<SentOrder | null> {
    const known = await this.read(reference);
    const last = known?.messages.at(-1);
    if (known === null || last?.state !== 'ready') return known;
    const file = toOrderFile(reference, last.action, known.messages.length, this.#settings);
    const wasReleased = await transfer.wasReleased(file);
    const settled = await this.change(reference, (current) => {
      const pending = current?.messages.at(-1);
      if (current === null || pending?.state !== 'ready') return null;
      const earlier = current.messages.slice(0, -1);
      return wasReleased
        ? { ...current, messages: [...earlier, { ...pending, state: 'sent' }] }
        : { ...current, order: pending.before ?? current.order, messages: earlier };
    });
    return settled !== null && isSent(settled) ? settled : null;
  }

  /**
   * Writes a file about the order, which is in the outbox unless it is new.
   * @returns the order afterwards, and how many characters the encoding could not hold
   * @throws {AmbiguousWrite} `settle` tells whether the file appeared
   */
  async send(
    action: Action,
    order: FileOrder,
    transfer: Transfer,
  ): Promise<{ readonly sent: SentOrder; readonly replaced: number }> {
    const { reference } = order;
    const number = ((await this.read(reference))?.messages.length ?? 0) + 1;
    const { bytes, replaced } = renderOrders([order], action, this.#settings);
    const file = toOrderFile(reference, action, number, this.#settings);
    await transfer.upload(file, bytes);
    await this.change(reference, (current) => {
      const known = current ?? newOrder(order, false);
      const before = action === 'change' ? known.order : null;
      const next: Message = { action, state: 'ready', answer: null, reason: '', before, refused: null };
      return { ...known, order: copy(order), messages: [...known.messages.slice(0, number - 1), next] };
    });
    await transfer.release(file, bytes);
    const sent = await this.change(reference, (current) => {
      const last = current?.messages.at(-1);
      if (current === null || last === undefined) return null;
      return { ...current, messages: [...current.messages.slice(0, -1), { ...last, state: 'sent' }] };
    });
    if (sent !== null) return { sent, replaced };
    throw new AmbiguousWrite({ system: 'the table', operation: 'read the order that was sent', reference });
  }
}
