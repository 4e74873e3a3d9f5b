import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import {
  CancellationPending,
  type FailureDetails,
  NotInPlan,
  REFERENCE_TAKEN,
  RefusedInShadow,
  Rejected,
  Unavailable,
} from '../../domain/errors.ts';
import type { ProviderBox } from '../../domain/ports/provider-box.ts';
import { parseJson } from '../../upstream/body.ts';
import type { AcceptedOrder, Cancels, Provider, ReportsStock, ShipmentPage, Updates } from '../provider.ts';
import { readAcknowledgements } from './acknowledgements.ts';
import { type BatchPosition, sendBatch } from './batches.ts';
import { type FileOrder, toFileOrder, toGoods } from './fields.ts';
import { type Answer, getFormat } from './format.ts';
import { type Looks, type News, parseNews } from './incoming.ts';
import { toOrderFile } from './order-files.ts';
import { isSent, type Message, newOrder, type SentOrder, SentOrders } from './sent-orders.ts';
import type { FilesSettings, StockSettings } from './settings.ts';
import { readShipmentFiles } from './shipments.ts';
import { readStock } from './stock.ts';
import { isInAny, SharedTransfer, type Transfer } from './transfer.ts';

export interface FilesProviderOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Omit<FilesSettings, 'server' | 'hostKey'>;
  readonly openTransfer: () => Promise<Transfer>;
  readonly box: ProviderBox;
  readonly now: Clock;
  /** Texts of the inbox in a page of shipments, and rows in a page of stock. */
  readonly pageSize?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

interface Deps extends FilesProviderOptions {
  readonly transfer: SharedTransfer;
  readonly orders: SentOrders;
}

type FilesProvider = Provider & Partial<Cancels & Updates & ReportsStock> & { close(): Promise<void> };

/** A warehouse that takes and gives files. Its id of an order is our reference. */
export function filesProvider(options: FilesProviderOptions): FilesProvider {
  const { settings, openTransfer, box } = options;
  const transfer = new SharedTransfer(openTransfer);
  const deps = { ...options, transfer, orders: new SentOrders(box.outbox, settings) };
  const { change, cancel } = settings.orders.actions;
  return {
    submit: (order) => submit(toFileOrder(order), deps),
    find: (reference) => find(reference, deps),
    shipmentsSince: (cursor) => shipmentsSince(cursor, deps),
    ...(change !== undefined && { update: toUpdate(deps) }),
    ...(cancel !== undefined && { cancel: toCancel(deps) }),
    ...(settings.stock !== null && { stock: toStock(deps, settings.stock) }),
    close: () => transfer.close(),
  };
}

/** The provider in shadow mode: a file that is read is moved away, so the files stay for the connector before. */
export function leavesFiles(
  provider: FilesProvider,
  { system, mayWrite }: { readonly system: string; readonly mayWrite: () => Promise<void> },
): FilesProvider {
  const isShadow = () =>
    mayWrite().then(
      () => false,
      (error: unknown) => {
        if (error instanceof RefusedInShadow) return true;
        throw error;
      },
    );
  const { stock } = provider;
  return {
    ...provider,
    async *shipmentsSince(cursor) {
      if (!(await isShadow())) yield* provider.shipmentsSince(cursor);
    },
    ...(stock !== undefined && {
      async *stock() {
        const upstreamMessage = 'In shadow mode its files are left for the connector before';
        if (await isShadow()) throw new NotInPlan({ system, operation: 'read stock', upstreamMessage });
        yield* stock();
      },
    }),
  };
}

async function submit(order: FileOrder, deps: Deps): Promise<AcceptedOrder> {
  const { settings, transfer, orders } = deps;
  const { reference } = order;
  if (settings.orders.batchMinutes > 0) {
    const waiting = await orders.change(reference, (current) =>
      isFree(current) ? newOrder(order, true) : null,
    );
    return requireSame(waiting, order, deps);
  }
  return await transfer.use(async (open) => {
    const known = await orders.settle(reference, open);
    if (known !== null) return requireSame(known, order, deps);
    const { replaced } = await orders.send('submit', order, open);
    const { encoding } = getFormat(settings, settings.orders);
    const remark = `${replaced} characters of its texts are not in ${encoding} and are question marks in its file.`;
    return { ...toAccepted(reference, false), ...(replaced > 0 && { remarks: [remark] }) };
  });
}

/** Whether nothing was sent under the reference, and nothing will be. */
function isFree(current: SentOrder | null): boolean {
  return (
    current === null || !isSent(current) || (current.isCancelled && current.isWaiting && current.batch === '')
  );
}

function requireSame(known: SentOrder | null, order: FileOrder, { system }: Deps): AcceptedOrder {
  const { reference } = order;
  if (known !== null && !known.isCancelled && isSame(known.order, order)) return toAccepted(reference, false);
  const upstreamMessage = 'Another order was sent under this reference';
  throw new Rejected({ system, operation: 'send order', reference, upstreamMessage, code: REFERENCE_TAKEN });
}

function isSame(one: FileOrder, other: FileOrder): boolean {
  return isDeepStrictEqual(one, other);
}

function toAccepted(reference: string, cancelled: boolean): AcceptedOrder {
  return { providerOrderId: reference, cancelled };
}

/** By the outbox; an order that is not in it is looked for by the name of its file. */
async function find(reference: string, { settings, transfer, orders }: Deps): Promise<AcceptedOrder[]> {
  const known = await orders.read(reference);
  if (known !== null && known.messages.at(-1)?.state !== 'ready')
    return [toAccepted(reference, known.isCancelled)];
  return await transfer.use(async (open) => {
    const settled = await orders.settle(reference, open);
    if (settled !== null) return [toAccepted(reference, settled.isCancelled)];
    const { folder, takenFolders, name } = toOrderFile(reference, 'submit', 1, settings);
    return (await isInAny(open, [folder, ...takenFolders], name)) ? [toAccepted(reference, false)] : [];
  });
}

const cursorForm = z.object({
  /** Of the inbox. */
  inbox: z.string().nullable(),
  looks: z.object({
    shipments: z.record(z.string(), z.string()),
    acknowledgements: z.record(z.string(), z.string()),
  }),
  batch: z.object({
    until: z.string(),
    pending: z.object({ name: z.string(), references: z.array(z.string()), until: z.string() }).nullable(),
  }),
});
interface Position {
  readonly inbox: string | null;
  readonly looks: { readonly shipments: Looks; readonly acknowledgements: Looks };
  readonly batch: BatchPosition;
}

const START: Position = {
  inbox: null,
  looks: { shipments: {}, acknowledgements: {} },
  batch: { until: '', pending: null },
};

async function* shipmentsSince(cursor: string | null, deps: Deps): AsyncGenerator<ShipmentPage> {
  const { settings, box, transfer, pageSize } = deps;
  let position: Position = cursorForm.safeParse(parseJson(cursor ?? '')).data ?? START;
  // Orders may wait although batches are no longer wanted.
  if (settings.orders.batchMinutes > 0 || position.batch.until !== '')
    for await (const batch of sendBatch(position.batch, { ...deps, outbox: box.outbox })) {
      position = { ...position, batch };
      yield toPage([], position);
    }
  const readDeps = { ...deps, inbox: box.inbox };
  const looks = await transfer.use(async (open) => ({
    shipments: await readShipmentFiles(open, position.looks.shipments, readDeps),
    acknowledgements: await readAcknowledgements(open, position.looks.acknowledgements, readDeps),
  }));
  for await (const { payloads, cursor: inbox } of box.inbox.after(position.inbox, pageSize)) {
    position = { ...position, inbox };
    yield toPage(
      payloads.map(({ body }) => parseNews(body)),
      position,
    );
  }
  yield toPage([], { ...position, looks });
}

/** Voided is final, so a parcel that left and was voided did not leave. */
function toPage(news: readonly News[], position: Position): ShipmentPage {
  const withdrawn = news.flatMap((one) => one.withdrawn);
  const voided = new Set(withdrawn.map(({ id }) => id));
  const shipments = news.flatMap((one) => one.shipments).filter(({ id }) => !voided.has(id));
  const unreadable = news.flatMap((one) => one.unreadable);
  return { shipments, withdrawn, returns: [], unreadable, cursor: JSON.stringify(position) };
}

function toUpdate(deps: Deps): Updates['update'] {
  const { transfer, orders, settings } = deps;
  return (providerOrderId, order, candidates) =>
    transfer.use(async (open) => {
      const wanted = toFileOrder(order);
      const { reference } = wanted;
      const details = { system: deps.system, operation: 'change order', reference };
      const known = await requireOpen(providerOrderId, details, open, deps);
      if (known.isCancelled) throw new Rejected({ ...details, upstreamMessage: CANCELLED });
      requireInTime(known.messages.at(-1), wanted, details);
      if (!isSame(known.order, wanted)) {
        const isOurs = candidates.some((one) => toGoods(toFileOrder(one)) === toGoods(known.order));
        if (!isOurs) throw new Rejected({ ...details, upstreamMessage: OTHER_GOODS });
        if (known.isWaiting) return void (await replaceWaiting(orders, known, wanted, details));
        await orders.send('change', wanted, open);
      }
      if (!expects('changed', settings)) return;
      await lookForAnswers(open, deps);
      const last = (await orders.read(reference))?.messages.at(-1);
      requireInTime(last, wanted, details);
      if (last?.action === 'change' && last.answer === null)
        throw new Unavailable({ ...details, upstreamMessage: NOT_ANSWERED });
    });
}

/** @throws {Rejected} the warehouse answered to just this change that it is too late */
function requireInTime(last: Message | undefined, wanted: FileOrder, details: FailureDetails): void {
  if (last?.refused && isSame(last.refused, wanted)) throw tooLate(details, last.reason);
}

async function replaceWaiting(
  orders: SentOrders,
  { batch }: SentOrder,
  wanted: FileOrder,
  details: FailureDetails,
): Promise<void> {
  if (batch !== '') throw new Unavailable({ ...details, upstreamMessage: IN_BATCH });
  const after = await orders.change(wanted.reference, (current) =>
    current?.isWaiting === true && current.batch === ''
      ? { ...newOrder(wanted, true), read: current.read }
      : null,
  );
  if (after === null || !isSame(after.order, wanted))
    throw new Unavailable({ ...details, upstreamMessage: IN_BATCH });
}

function toCancel(deps: Deps): Cancels['cancel'] {
  const { transfer, orders, settings } = deps;
  return (providerOrderId, reference) =>
    transfer.use(async (open) => {
      const details = { system: deps.system, operation: 'cancel order', reference };
      const known = await requireOpen(providerOrderId, details, open, deps);
      const isSettled = known.isWaiting || known.messages.some(({ answer }) => isEnd(answer));
      if (known.isCancelled) return isSettled ? undefined : 'unacknowledged';
      if (known.isWaiting) return await cancelWaiting(orders, details);
      const last = known.messages.at(-1);
      const isAsked = last?.action === 'cancel' && last.answer === null;
      if (last?.action === 'cancel' && last.answer === 'too-late') throw tooLate(details, last.reason);
      if (!isAsked) await orders.send('cancel', known.order, open);
      if (!expects('cancelled', settings)) {
        await orders.change(reference, (current) => current && { ...current, isCancelled: true });
        return 'unacknowledged';
      }
      await lookForAnswers(open, deps);
      const after = await orders.read(reference);
      if (after?.isCancelled === true) return;
      const answered = after?.messages.at(-1);
      if (answered?.answer === 'too-late') throw tooLate(details, answered.reason);
      throw new CancellationPending({ ...details, upstreamMessage: NOT_ANSWERED });
    });
}

function isEnd(answer: Answer | null): boolean {
  return answer === 'cancelled' || answer === 'refused';
}

async function cancelWaiting(
  orders: SentOrders,
  details: FailureDetails & { reference: string },
): Promise<void> {
  const after = await orders.change(details.reference, (current) =>
    current?.isWaiting === true && current.batch === '' ? { ...current, isCancelled: true } : null,
  );
  if (after?.isCancelled !== true) throw new Unavailable({ ...details, upstreamMessage: IN_BATCH });
}

/** The order as it is known after every answer was read. @throws {Rejected} it is not ours, or goods of it have left */
async function requireOpen(
  providerOrderId: string,
  details: FailureDetails & { readonly reference: string },
  open: Transfer,
  deps: Deps,
): Promise<SentOrder> {
  await lookForAnswers(open, deps);
  const known =
    providerOrderId === details.reference ? await deps.orders.settle(details.reference, open) : null;
  if (known === null) throw new Rejected({ ...details, upstreamMessage: UNKNOWN });
  if (known.left.length > 0) throw new Rejected({ ...details, upstreamMessage: LEFT });
  return known;
}

/** Without waiting for a second look at a file, which only the collection of shipments takes. */
async function lookForAnswers(open: Transfer, deps: Deps): Promise<void> {
  const { acknowledgements } = deps.settings;
  if (acknowledgements === null || acknowledgements.complete === 'unchanged') return;
  await readAcknowledgements(open, {}, { ...deps, inbox: deps.box.inbox });
}

function expects(answer: Answer, { acknowledgements }: Deps['settings']): boolean {
  return Object.values(acknowledgements?.statuses ?? {}).includes(answer);
}

function tooLate(details: FailureDetails, reason: string): Rejected {
  return new Rejected({
    ...details,
    upstreamMessage: reason || 'The warehouse answered that it is too late.',
  });
}

/** Rows of a page, where no other number is given. */
const ROWS = 500;

function toStock(deps: Deps, stock: StockSettings): ReportsStock['stock'] {
  const { transfer, settings, system, now, wait = sleep, pageSize = ROWS } = deps;
  return async function* () {
    const rows = await transfer.use((open) =>
      readStock(open, { system, settings: { ...settings, stock }, now, wait }),
    );
    for (let start = 0; start < rows.length; start += pageSize) yield rows.slice(start, start + pageSize);
  };
}

const UNKNOWN =
  'It is not among the orders that were sent, or its personal data have expired. Change it at the warehouse.';
const CANCELLED = 'The warehouse was told that the order is cancelled.';
const LEFT = 'A shipment file says that goods of it have left.';
const OTHER_GOODS = 'The warehouse was sent other goods than the bridge believes.';
const NOT_ANSWERED = 'The warehouse has not answered yet.';
const IN_BATCH = 'The order is being sent with others.';
