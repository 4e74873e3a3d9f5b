import { isoTime, MINUTE_MS } from '../../domain/clock.ts';
import type { OutboxEntry } from '../../domain/ports/provider-box.ts';
import { equalInConstantTime } from '../../domain/text.ts';
import type { Serve, ServedAnswer, ServedRequest } from '../provider-endpoints.ts';
import type { ShipStationStoreSecret, ShipStationStoreSettings } from './settings.ts';
import { fromStoreTime, toStoreTime } from './store-time.ts';

type Context = Parameters<Serve<ShipStationStoreSettings, ShipStationStoreSecret>>[1];

/**
 * Answers ShipStation as its Custom Store guide says: `action=export` with a page of changed orders, `action=shipnotify` once
 * the notice is kept. `action=status` is ours, for `bridge doctor`.
 */
export const serveStore: Serve<ShipStationStoreSettings, ShipStationStoreSecret> = async (
  request,
  context,
) => {
  if (!isOurs(request.headers.authorization, await context.readSecret())) return UNAUTHORISED;
  const action = (request.query.action ?? '').toLowerCase();
  if (request.method === 'POST' && action === 'shipnotify') return await keepNotice(request, context);
  if (request.method !== 'GET')
    return refuse(405, 'GET exports orders; POST with action=shipnotify reports a parcel.');
  if (action === 'export') return await exportOrders(request.query, context);
  if (action === 'status') return await reportStatus(context);
  return refuse(400, 'The action has to be export or shipnotify.');
};

const UNAUTHORISED: ServedAnswer = {
  statusCode: 401,
  headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="store", charset="UTF-8"' },
  body: 'The user name or the password is wrong.',
};

/** Compares with both pairs every time, so that the time says nothing about either. */
function isOurs(authorization: string | undefined, secret: ShipStationStoreSecret): boolean {
  const [, encoded = ''] = /^Basic +([A-Za-z\d+/=]+)$/i.exec(authorization ?? '') ?? [];
  const presented = Buffer.from(encoded, 'base64').toString('utf8');
  const isCurrent = equalInConstantTime(presented, `${secret.username}:${secret.password}`);
  const isPrevious = equalInConstantTime(presented, `${secret.previousUsername}:${secret.previousPassword}`);
  return isCurrent || (isPrevious && secret.previousPassword.length >= 16);
}

async function exportOrders(
  query: ServedRequest['query'],
  { box, connection }: Context,
): Promise<ServedAnswer> {
  const from = fromStoreTime(query.start_date ?? '');
  const until = fromStoreTime(query.end_date ?? '');
  const page = Number(query.page ?? '1');
  if (from === null || until === null)
    return refuse(400, 'start_date and end_date have to be UTC, as MM/dd/yyyy HH:mm.');
  if (!Number.isInteger(page) || page < 1) return refuse(400, 'page has to be a number from 1.');
  const { pages, entries } = await box.outbox.fetch({
    from: isoTime(from),
    until: isoTime(until),
    precisionMs: MINUTE_MS,
    page,
    isWithheld,
  });
  const orders = entries.map((entry) => toOrderElement(entry, connection));
  return xml(`<?xml version="1.0" encoding="utf-8"?>\n<Orders pages="${pages}">${orders.join('')}</Orders>`);
}

/** A shipped order must not be imported again, and a cancelled one that ShipStation never had would only be noise. */
function isWithheld({ leftAt, isCancelled, fetchedAt }: OutboxEntry): boolean {
  return leftAt !== '' || (isCancelled && fetchedAt === '');
}

function toOrderElement(
  { body, isCancelled, isHeld, changedAt }: OutboxEntry,
  { statuses }: ShipStationStoreSettings,
): string {
  const open = isHeld ? statuses.onHold : statuses.paid;
  const status = isCancelled ? statuses.cancelled : open;
  const modified = toStoreTime(Date.parse(changedAt));
  return `<Order>${body}<OrderStatus><![CDATA[${status}]]></OrderStatus><LastModified>${modified}</LastModified></Order>`;
}

/** The notice is kept before anything else, whatever it says. 400 marks one in ShipStation that its people have to send again. */
async function keepNotice(
  request: ServedRequest,
  { box, requestCollection }: Context,
): Promise<ServedAnswer> {
  const { fromPayload, readNotice, toPayload, UnreadableNotice } = await import('./ship-notice.ts');
  const { findOrders } = await import('./report-shipments.ts');
  const payload = toPayload({ query: withoutAction(request.query), body: request.rawBody });
  const isNew = await box.inbox.keep(payload.id, payload.body);
  if (isNew) await requestCollection();
  try {
    const orders = await findOrders(readNotice(fromPayload(payload)), box);
    for (const reference of orders) await box.outbox.noteLeft(reference);
    return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'Kept.' };
  } catch (error) {
    if (error instanceof UnreadableNotice)
      return refuse(400, `Kept, and a person has to look at it. ${error.message}`);
    throw error;
  }
}

function withoutAction({ action: _, ...query }: ServedRequest['query']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function reportStatus({ box }: Context): Promise<ServedAnswer> {
  const [lastFetchedAt, problems] = await Promise.all([box.outbox.lastFetchedAt(), box.inbox.problems()]);
  const headers = { 'content-type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify({ lastFetchedAt, problems }) };
}

function xml(body: string): ServedAnswer {
  return { statusCode: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
}

function refuse(statusCode: number, body: string): ServedAnswer {
  return { statusCode, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
