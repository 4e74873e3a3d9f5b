import { type Clock, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import type { Inbox } from '../../domain/ports/provider-box.ts';
import type { ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import { describeIssues, parseJson } from '../../upstream/body.ts';
import { readRows } from '../../upstream/paging.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { HttpClient } from './client.ts';
import { newsSchema, shipmentSchema, type WireShipment } from './contract.ts';

/** The shipments that the warehouse sent since the cursor, and an empty page at the end. */
export async function* sentShipments(
  cursor: string | null,
  inbox: Inbox,
  pageSize?: number,
): AsyncIterable<ShipmentPage> {
  let position = cursor ?? '0';
  for await (const { payloads, cursor: reached } of inbox.after(position, pageSize)) {
    const shipments: WireShipment[] = [];
    const unreadable: UnreadableParcel[] = [];
    for (const { id, body } of payloads) {
      const news = newsSchema.safeParse(parseJson(body));
      // It was checked when it arrived, perhaps by an earlier version of the contract.
      if (!news.success) unreadable.push({ id, why: describeIssues(news.error) });
      else if (news.data.type === 'shipment.updated') shipments.push(news.data.data);
    }
    position = reached;
    yield toPage(shipments, unreadable, position);
  }
  yield toPage([], [], position);
}

/** A shipment that the warehouse records late may have an earlier time than one that was read. */
const OVERLAP_MS = 10 * MINUTE_MS;

/** The shipments that the warehouse lists as changed since the cursor. A corrected one has a later change. */
export async function* listedShipments(
  cursor: string | null,
  client: Pick<HttpClient, 'shipments'>,
  now: Clock,
): AsyncIterable<ShipmentPage> {
  const reached = cursor === null ? Number.NaN : Date.parse(cursor);
  const since = Number.isNaN(reached) ? '' : isoTime(reached - OVERLAP_MS);
  let latest = Number.isNaN(reached) ? 0 : reached;
  for await (const all of client.shipments(since)) {
    const { rows, unreadable } = readRows(shipmentSchema, 'id', all);
    // A time ahead of ours would hide every shipment until then.
    const times = rows.map(({ changedAt }) => Math.min(Date.parse(changedAt), now()));
    latest = Math.max(latest, ...times);
    const problems = unreadable.map(({ id, where }) => ({ id, why: where }));
    yield toPage(rows, problems, latest === 0 ? '' : isoTime(latest));
  }
}

/** The last state of each shipment. */
function toPage(
  all: readonly WireShipment[],
  unreadable: readonly UnreadableParcel[],
  cursor: string,
): ShipmentPage {
  const byId = new Map<string, WireShipment>();
  for (const shipment of all) {
    // Voided is final, so that messages may come out of order.
    if (byId.get(shipment.id)?.status !== 'voided') byId.set(shipment.id, shipment);
  }
  const latest = [...byId.values()];
  return {
    shipments: latest.filter(({ status }) => status === 'shipped').map(toReport),
    withdrawn: latest.filter(({ status }) => status === 'voided').map(toWithdrawal),
    returns: [],
    unreadable,
    cursor,
  };
}

function toReport(shipment: WireShipment): ReportedShipment {
  const { id, reference, trackingNumbers, carrier, service, cost, warehouse, lines } = shipment;
  return {
    id,
    reference,
    providerOrderId: reference,
    trackingNumbers: [...new Set(trackingNumbers.map((number) => number.trim()))].filter(
      (number) => number !== '',
    ),
    carrier,
    service,
    shippedAt: isoTime(Date.parse(shipment.shippedAt)),
    cost,
    warehouse,
    contents: lines ?? 'remaining',
  };
}

function toWithdrawal({ id, reference }: WireShipment): WithdrawnPackage {
  return { id, reference, cause: 'voided' };
}
