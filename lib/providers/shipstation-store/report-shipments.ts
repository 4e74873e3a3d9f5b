import { createHash } from 'node:crypto';
import type { InboxPayload, ProviderBox } from '../../domain/ports/provider-box.ts';
import { isTrackingCode, type ReportedLine, type ReportedShipment } from '../../domain/shipment/package.ts';
import { cutText, enumerate } from '../../domain/text.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import { fromLineItemId, isAdjustmentId } from './line-item-id.ts';
import {
  fromPayload,
  getServedNotes,
  getShippedAt,
  readNotice,
  type ShipNotice,
  UnreadableNotice,
} from './ship-notice.ts';

interface ReportDeps {
  readonly box: ProviderBox;
  /** Of the costs in notices, which have none; ISO 4217. */
  readonly currency: string;
  /** Notices of a page. */
  readonly pageSize?: number | undefined;
}

/**
 * The orders that a notice belongs to, of those that we served: the ones that its items name, because a parcel of merged orders
 * has the items of all, else the first of its references.
 */
export async function findOrders(notice: ShipNotice, { outbox }: ProviderBox): Promise<string[]> {
  const named = [...new Set(getLines(notice).map(({ reference }) => reference))].filter(
    (name) => name !== '',
  );
  const entries = await Promise.all(named.map((reference) => outbox.read(reference)));
  const found = named.filter((_, index) => entries[index] !== null);
  if (found.length > 0) return found;
  for (const reference of notice.references) {
    if ((await outbox.read(reference)) !== null) return [reference];
  }
  return [];
}

/** The parcels of the notices that arrived after the cursor, and an empty page at the end. What is unreadable or belongs to no order is put on the inbox's list. */
export async function* reportShipments(cursor: string | null, deps: ReportDeps): AsyncIterable<ShipmentPage> {
  let position = cursor ?? '0';
  for await (const page of deps.box.inbox.after(cursor, deps.pageSize)) {
    const shipments: ReportedShipment[] = [];
    const unreadable: UnreadableParcel[] = [];
    for (const payload of page.payloads) {
      const read = await reportNotice(payload, deps);
      if ('why' in read) unreadable.push(read);
      else shipments.push(...read.shipments);
    }
    position = page.cursor;
    yield { shipments, withdrawn: [], returns: [], unreadable, cursor: position };
  }
  yield { shipments: [], withdrawn: [], returns: [], unreadable: [], cursor: position };
}

async function reportNotice(
  payload: InboxPayload,
  { box, currency }: ReportDeps,
): Promise<{ readonly shipments: readonly ReportedShipment[] } | UnreadableParcel> {
  const notice = tryToRead(payload);
  if (notice instanceof UnreadableNotice) {
    await box.inbox.addProblem(payload.id, `A notice cannot be read. ${notice.message} ${SEND_AGAIN}`);
    return { id: payload.id, why: notice.message };
  }
  const problemId = notice.trackingNumber || payload.id;
  const orders = await findOrders(notice, box);
  const lines = getLines(notice);
  if (orders.length === 0) {
    const problem = `A notice is for ${enumerate(notice.references)}, which was not served. ${MATCH}`;
    await box.inbox.addProblem(problemId, problem);
    return { id: payload.id, why: 'It is for an order that was not served' };
  }
  if (notice.items !== null && lines.length === 0) {
    const problem = `The notice of ${enumerate(orders)} lists none of its lines. ${CONTENTS}`;
    await box.inbox.addProblem(problemId, problem);
  } else await box.inbox.settleProblem(problemId);
  const note = await toNote(notice, orders, box);
  const parcel = { ...toParcel(notice, payload, currency), ...(note !== '' && { note }) };
  return {
    shipments: orders.map((reference) => ({
      ...parcel,
      reference,
      providerOrderId: reference,
      contents: notice.items === null ? 'remaining' : findLines(reference, orders, lines),
    })),
  };
}

const SEND_AGAIN = 'Look for the parcel in ShipStation and have the notice sent again.';
const MATCH =
  'Give the order its own number in ShipStation and have the notice sent again, or confirm the sale in DEAR.';
const CONTENTS = 'Find out in ShipStation what left, and close the order short or confirm it in DEAR.';

/** What people wrote: to the buyer, and internal notes where they are none that were served. */
async function toNote(
  { notesToCustomer, internalNotes }: ShipNotice,
  orders: readonly string[],
  { outbox }: ProviderBox,
): Promise<string> {
  const entries =
    internalNotes === '' ? [] : await Promise.all(orders.map((reference) => outbox.read(reference)));
  const isServed = entries.some((entry) => entry !== null && getServedNotes(entry.body) === internalNotes);
  const notes = [
    ['To the buyer', notesToCustomer],
    ['Internal', isServed ? '' : internalNotes],
  ] as const;
  return notes
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}: ${cutText(text, MAX_NOTE, '…')}`)
    .join('\n');
}

/** As much as a store may serve. */
const MAX_NOTE = 1000;

function tryToRead(payload: InboxPayload): ShipNotice | UnreadableNotice {
  try {
    return readNotice(fromPayload(payload));
  } catch (error) {
    if (error instanceof UnreadableNotice) return error;
    throw error;
  }
}

type Line = ReportedLine & { readonly reference: string };

function getLines({ items }: ShipNotice): Line[] {
  return (items ?? [])
    .filter(({ lineItemId }) => !isAdjustmentId(lineItemId))
    .map(({ lineItemId, sku, count }) => ({
      ...fromLineItemId(lineItemId, count),
      sku,
      batch: '',
      expiry: '',
    }));
}

/** The items that name no order belong to the first. */
function findLines(reference: string, orders: readonly string[], lines: readonly Line[]): ReportedLine[] {
  const toOrder = (line: Line) => (orders.includes(line.reference) ? line.reference : orders[0]);
  return lines.filter((line) => toOrder(line) === reference).map(({ reference: _, ...line }) => line);
}

function toParcel(notice: ShipNotice, { receivedAt }: InboxPayload, currency: string) {
  const { trackingNumber, carrier, service, cost } = notice;
  return {
    id: toParcelId(notice),
    trackingNumbers: trackingNumber === '' ? [] : [trackingNumber],
    carrier,
    service,
    shippedAt: getShippedAt(notice, receivedAt),
    cost: cost === null || cost === 0 ? null : { amount: cost, currency },
    warehouse: '',
  };
}

/**
 * The same for a notice that is sent again, whose costs and notes may differ: by order, tracking number and contents. Parts of an
 * order that are marked as shipped without a number of a carrier may have the same contents, so then the time counts too.
 */
function toParcelId({ references, trackingNumber, items, shippedAt }: ShipNotice): string {
  const contents = (items ?? []).map(({ lineItemId, sku, count }) => `${lineItemId}|${sku}|${count}`).sort();
  const time = isTrackingCode(trackingNumber) ? null : shippedAt;
  const identity = JSON.stringify([references[0], trackingNumber, contents, time]);
  return `notice:${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`;
}
