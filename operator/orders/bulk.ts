import { randomBytes } from 'node:crypto';
import { isoTime } from '../../lib/domain/clock.ts';
import { ActionRefused } from '../../lib/domain/order/allowed-actions.ts';
import {
  ACTION_OF_BULK,
  type BulkAct,
  type BulkAction,
  type BulkOutcome,
  type BulkSummary,
  type LeftOutOrder,
  summariseAct,
} from '../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { previewAction, toReconcileMessage } from '../../lib/workflows/act-on-order.ts';
import type { Bridge } from '../bridge.ts';
import { type Operator, recordAct } from '../record-act.ts';
import { NotFound } from '../user-errors.ts';
import { READ_AT_ONCE, readAll } from './find-by-text.ts';
import { getReasonLabel, type OrderQuery } from './order-query.ts';
import { streamOrders } from './search-orders.ts';

/** So many orders one act is done to at most; a person repeats it for more. */
export const MAX_ORDERS = 1_000;

/** Which orders: these, or those that match. */
export type Chosen = { readonly references: readonly string[] } | { readonly query: OrderQuery };

export interface PlannedBulkAct {
  readonly act: BulkAct;
  readonly summary: BulkSummary;
  /** More orders match than one act is done to. */
  readonly more: boolean;
}

/** What the act would do to each order. Nothing is written. */
export async function planBulkAct(
  bridge: Bridge,
  action: BulkAction,
  chosen: Chosen,
  by: Operator,
  note = '',
): Promise<PlannedBulkAct> {
  const { orders, missing, more } = await chooseOrders(bridge, chosen);
  const able: FulfillmentOrder[] = [];
  const leftOut: LeftOutOrder[] = missing.map((reference) => ({ reference, why: 'there is no such order' }));
  for (let start = 0; start < orders.length; start += READ_AT_ONCE) {
    const some = orders.slice(start, start + READ_AT_ONCE);
    const whys = await Promise.all(some.map((order) => whyNot(bridge, order, action, by, note)));
    for (const [index, order] of some.entries()) {
      const why = whys[index] ?? null;
      if (why === null) able.push(order);
      else leftOut.push({ reference: order.reference, why });
    }
  }
  const act: BulkAct = {
    id: `B-${randomBytes(4).toString('hex')}`,
    action,
    by: by.name,
    note,
    about: describeChoice(chosen),
    references: able.map(({ reference }) => reference),
    leftOut,
    plannedAt: isoTime(bridge.now()),
    startedAt: '',
  };
  return { act, summary: summariseAct(act, able), more };
}

async function chooseOrders(bridge: Bridge, chosen: Chosen) {
  if ('references' in chosen) {
    const wanted = [...new Set(chosen.references)];
    const orders = await readAll(bridge, wanted.slice(0, MAX_ORDERS));
    const found = new Set(orders.map(({ reference }) => reference));
    const missing = wanted.slice(0, MAX_ORDERS).filter((reference) => !found.has(reference));
    return { orders, missing, more: wanted.length > MAX_ORDERS };
  }
  const orders: FulfillmentOrder[] = [];
  for await (const order of streamOrders(bridge, chosen.query)) {
    if (orders.length === MAX_ORDERS) return { orders, missing: [], more: true };
    orders.push(order);
  }
  return { orders, missing: [], more: false };
}

/** The end of a sentence; null where it can be done. */
async function whyNot(
  bridge: Bridge,
  order: FulfillmentOrder,
  bulk: BulkAction,
  by: Operator,
  note: string,
): Promise<string | null> {
  const action = ACTION_OF_BULK[bulk];
  if (action === null) return waitingFor(order) === '' ? 'it waits for nothing' : null;
  try {
    await previewAction(order, action, by.name, bridge, { note });
    return null;
  } catch (error) {
    if (error instanceof ActionRefused) return error.why;
    throw error;
  }
}

function describeChoice(chosen: Chosen): string {
  return 'references' in chosen ? 'chosen one by one' : describeQuery(chosen.query);
}

/** What a list was narrowed to, without personal data. */
export function describeQuery(query: OrderQuery): string {
  const { statuses, waiting, reasons, connections, channels, since, until, sku, customer, text } = query;
  const day = (moment: string) => moment.slice(0, 'yyyy-mm-dd'.length);
  const parts = [
    toWords('', [...statuses, ...waiting.map((what) => WAITING_WORDS[what] ?? getReasonLabel(what))]),
    toWords('', reasons.map(getReasonLabel)),
    toWords('at ', connections),
    toWords('channel ', channels),
    toWords('shipping method ', query.methods),
    toWords('SKU ', [sku]),
    toWords('made since ', [day(since)]),
    toWords('made until ', [day(until)]),
    toWords('waiting since ', [day(query.waitingSince)]),
    toWords('left since ', [query.leftSince]),
    toWords('left until ', [query.leftUntil]),
    toWords('carrier ', [query.carrier]),
    query.said === '' ? '' : 'refused with the same words',
    customer === '' ? '' : 'of one customer',
    text === '' ? '' : 'found by a text',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'all orders' : parts.join('; ');
}

const WAITING_WORDS: Readonly<Partial<Record<string, string>>> = {
  hold: 'On Hold',
  person: getReasonLabel('to-process'),
};

function toWords(before: string, words: readonly string[]): string {
  const given = words.filter((word) => word !== '');
  return given.length === 0 ? '' : `${before}${given.join(' or ')}`;
}

/** Stores a planned act, so that exactly what was shown can be started. */
export async function keepBulkAct(
  { bulkActs }: Pick<Bridge, 'bulkActs'>,
  { act, summary }: PlannedBulkAct,
): Promise<void> {
  await bulkActs.save(act);
  await bulkActs.saveSummary(summary);
}

/**
 * Starts a stored act, or goes on with one whose start was interrupted. Each of its orders is queued, and a worker does the
 * rest; it is one entry of the audit. Harmless however often it is called.
 * @param note for the log of each order, where none was given when it was planned
 * @throws {NotFound}
 */
export async function startBulkAct(bridge: Bridge, id: string, by: Operator, note = ''): Promise<void> {
  const { act, waiting } = await readBulkAct(bridge, id);
  const started =
    act.startedAt === '' ? { ...act, note: act.note || note, startedAt: isoTime(bridge.now()) } : act;
  if (started !== act) {
    await bridge.bulkActs.save(started);
    await recordAct(bridge, by, `${act.action} of ${act.references.length} orders (${act.about})`, id);
  }
  for (let start = 0; start < waiting.length; start += READ_AT_ONCE) {
    const some = waiting.slice(start, start + READ_AT_ONCE);
    await Promise.all(some.map((reference) => queue(bridge, reference, started)));
  }
}

async function queue(bridge: Bridge, reference: string, { id, action }: BulkAct): Promise<void> {
  if (action !== 'look-again') return await bridge.fulfillment.publish({ reference, act: id });
  const order = await bridge.orders.read(reference);
  if (order !== null)
    await bridge.saleEvents.publish(toReconcileMessage(order.saleId, order.saleOrderNumber, bridge.now()));
  await bridge.bulkActs.record(id, reference, { state: 'done', why: 'Its sale is read again.' });
}

export interface BulkProgress {
  readonly act: BulkAct;
  /** null of an act that an earlier version planned. */
  readonly summary: BulkSummary | null;
  readonly done: readonly BulkOutcome[];
  /** Since it was started. */
  readonly leftOut: readonly BulkOutcome[];
  /** References without an outcome. */
  readonly waiting: readonly string[];
}

/** @throws {NotFound} */
export async function readBulkAct({ bulkActs }: Pick<Bridge, 'bulkActs'>, id: string): Promise<BulkProgress> {
  const act = await bulkActs.read(id);
  if (act === null)
    throw new NotFound(`There is no bulk act ${id}`, 'The audit lists those that were started.');
  const [outcomes, summary] = await Promise.all([bulkActs.listOutcomes(id), bulkActs.readSummary(act)]);
  const known = new Set(outcomes.map(({ reference }) => reference));
  return {
    act,
    summary,
    done: outcomes.filter(({ state }) => state === 'done'),
    leftOut: outcomes.filter(({ state }) => state === 'left-out'),
    waiting: act.references.filter((reference) => !known.has(reference)),
  };
}

/** Why orders are left out, with how many and some of their references; the most frequent first. */
export function groupLeftOut(
  leftOut: readonly LeftOutOrder[],
): Array<{ readonly why: string; readonly references: readonly string[] }> {
  const groups = Map.groupBy(leftOut, ({ why }) => why);
  return [...groups]
    .map(([why, orders]) => ({ why, references: orders.map(({ reference }) => reference) }))
    .sort((a, b) => b.references.length - a.references.length);
}
