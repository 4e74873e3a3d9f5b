import type { BlockList } from 'node:net';
import { isIPv6 } from 'node:net';
import { type Clock, isoTime } from '../domain/clock.ts';
import { trackingToken } from '../domain/tracking-code.ts';
import type { JobRequest, SaleEventMessage } from '../messaging/messages.ts';
import type { NotificationVerifier } from '../providers/capabilities.ts';
import type { LogEvent } from './log.ts';

/** A webhook as it arrived. Header names are lower-case; the body is what was sent, byte for byte. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
  readonly sourceAddress: string;
}

export interface WebhookAnswer {
  readonly statusCode: number;
  readonly body: { readonly message: string };
}

/** DEAR's payloads are below 1 KB; 64 KB is one SQS request unit and all that a firewall would inspect. */
export const BODY_LIMIT = 64 * 1024;

export interface DearWebhookNeeds {
  /** Constant-time comparison with the current and the previous token. */
  readonly isOurToken: (presented: string) => Promise<boolean>;
  /** null: from any address. */
  readonly allowed: BlockList | null;
  readonly readEvent: (body: unknown) => DearWebhookReading;
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'WebhookAccepted' | 'WebhookIgnored' | 'WebhookRefused') => void;
}

export type DearWebhookReading =
  | { readonly kind: 'sale'; readonly event: DearSaleEvent }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'invalid'; readonly why: string };

export interface DearSaleEvent {
  readonly type: string;
  readonly saleId: string;
  readonly saleTaskId: string;
  readonly saleOrderNumber: string;
  readonly trackingNumbers: readonly string[];
}

/**
 * Authenticates, reads which sale it is about, and answers 2xx only once SQS holds the hint. DEAR tries six times in 76
 * minutes and then silently switches the webhook off, so nothing about the sale itself may ever be an error here.
 * @throws whatever the queue throws; the caller answers 5xx and DEAR comes back
 */
export async function receiveDearWebhook(
  request: WebhookRequest,
  needs: DearWebhookNeeds,
): Promise<WebhookAnswer> {
  const refusal = await refusalOf(request, needs);
  if (refusal !== null) {
    needs.count('WebhookRefused');
    needs.log('webhook.refused', { statusCode: refusal.statusCode, why: refusal.body.message });
    return refusal;
  }
  const body = parseJson(request.rawBody);
  if (body === undefined) return refuse(400, 'The body is not JSON.', needs);
  const reading = needs.readEvent(body);
  if (reading.kind === 'invalid') return refuse(400, reading.why, needs);
  if (reading.kind === 'unknown') return ignore(reading.type, needs);
  return accept(reading.event, needs);
}

async function refusalOf(request: WebhookRequest, needs: DearWebhookNeeds): Promise<WebhookAnswer | null> {
  if (!isAllowed(request.sourceAddress, needs.allowed)) {
    return answer(403, 'This address may not call. Add it to dear.webhookAddresses if it is DEAR’s.');
  }
  if (Buffer.byteLength(request.rawBody) > BODY_LIMIT)
    return answer(413, `The body is larger than ${BODY_LIMIT} bytes.`);
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const ours = token !== '' && (await needs.isOurToken(token));
  return ours ? null : answer(401, 'The bearer token is missing or not ours.');
}

function isAllowed(address: string, allowed: BlockList | null): boolean {
  return allowed === null || allowed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(statusCode: number, why: string, needs: DearWebhookNeeds): WebhookAnswer {
  needs.count('WebhookRefused');
  needs.log('webhook.refused', { statusCode, why });
  return answer(statusCode, why);
}

/** Answered with success: a refusal would count towards switching the subscription off. */
function ignore(type: string, needs: DearWebhookNeeds): WebhookAnswer {
  needs.count('WebhookIgnored');
  needs.log('webhook.ignored', { event: type });
  return answer(200, 'Nothing to do for this type of event.');
}

async function accept(event: DearSaleEvent, needs: DearWebhookNeeds): Promise<WebhookAnswer> {
  const { type, trackingNumbers, ...sale } = event;
  const receivedAt = isoTime(needs.now());
  await needs.saleEvents.publish({
    ...sale,
    event: type,
    trackingNumbers: trackingNumbers.map(trackingToken),
    receivedAt,
  });
  needs.count('WebhookAccepted');
  needs.log('webhook.received', {
    event: type,
    saleId: sale.saleId || sale.saleTaskId,
    saleOrderNumber: sale.saleOrderNumber,
  });
  return answer(202, 'Queued.');
}

export interface ProviderWebhookNeeds {
  /** undefined where no connection has that id, or its provider does not call. */
  readonly verifierFor: (connection: string) => NotificationVerifier | undefined;
  readonly jobs: { publish(message: JobRequest): Promise<void> };
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'WebhookAccepted' | 'WebhookRefused') => void;
}

/**
 * A provider's notification is a hint to collect its shipments now instead of at the next round.
 * @throws whatever the queue or the provider's key server throws; the caller answers 5xx
 */
export async function receiveProviderWebhook(
  connection: string,
  request: WebhookRequest,
  needs: ProviderWebhookNeeds,
): Promise<WebhookAnswer> {
  const refused = (statusCode: number, why: string) => {
    needs.count('WebhookRefused');
    needs.log('webhook.refused', { connection, statusCode, why });
    return answer(statusCode, why);
  };
  const verifier = needs.verifierFor(connection);
  if (verifier === undefined) return refused(404, 'No connection of that name takes webhooks.');
  if (Buffer.byteLength(request.rawBody) > BODY_LIMIT)
    return refused(413, `The body is larger than ${BODY_LIMIT} bytes.`);
  const verdict = await verifier.verify(request);
  if (!verdict.genuine) return refused(401, verdict.why);
  await needs.jobs.publish({ job: 'collect-shipments', connection, askedAt: isoTime(needs.now()) });
  needs.count('WebhookAccepted');
  needs.log('webhook.received', { connection, event: verdict.kind });
  return answer(202, 'Queued.');
}

function answer(statusCode: number, message: string): WebhookAnswer {
  return { statusCode, body: { message } };
}
