import { type BlockList, isIPv6 } from 'node:net';
import { type Clock, isoTime } from '../domain/clock.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { DeduplicatingPublisher, Publisher } from '../domain/ports/queues.ts';
import type { DearSaleEvent, DearWebhookReading } from '../domain/ports/sales.ts';
import { trackingToken } from '../domain/shipment/package.ts';
import type { JobRequest, SaleEventMessage } from '../messaging/messages.ts';
import type { NotificationVerifier } from '../providers/provider.ts';

/** A webhook as it arrived. Header names are lower-case; the body is as sent, byte for byte. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parameters of the address; only the last of a repeated one. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
  readonly sourceAddress: string;
}

export interface WebhookAnswer {
  readonly statusCode: number;
  readonly body: { readonly message: string };
}

/** Of a provider's notification. Its body is verified whole, and only its kind is read. */
export const BODY_LIMIT = 64 * 1024;

interface DearWebhookDeps {
  /** Constant-time comparison with the current and the previous token. */
  readonly isOurToken: (presented: string) => Promise<boolean>;
  /** The addresses that may call; null: any. */
  readonly allowed: BlockList | null;
  /** Never throws. */
  readonly readEvent: (rawBody: string) => DearWebhookReading;
  readonly saleEvents: Publisher<SaleEventMessage>;
  readonly jobs: Pick<DeduplicatingPublisher<JobRequest>, 'publishOnce'>;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (
    metric: 'WebhookAccepted' | 'WebhookIgnored' | 'WebhookRefused' | 'WebhookUnreadable',
  ) => void;
}

/**
 * Authenticates the caller, reads which sales the webhook is about, and answers 2xx only once SQS holds a message for each.
 * DEAR tries six times in 76 minutes and then silently switches the webhook off, so a body with the right token is never
 * answered with an error: if it names no sale, a sweep is requested instead.
 * @throws the queue's error; the caller answers 5xx and DEAR tries again
 */
export async function receiveDearWebhook(
  request: WebhookRequest,
  deps: DearWebhookDeps,
): Promise<WebhookAnswer> {
  const refusal = await findRefusal(request, deps);
  if (refusal !== null) {
    deps.count('WebhookRefused');
    deps.log('webhook.refused', { statusCode: refusal.statusCode, why: refusal.body.message });
    return refusal;
  }
  const reading = deps.readEvent(request.rawBody);
  if (reading.kind === 'unreadable') return await requestSweep(reading.why, deps);
  if (reading.kind === 'unknown') return ignore(reading.type, deps);
  for (const event of reading.events) await accept(event, reading.isSalvaged, deps);
  return answer(202, 'Queued.');
}

async function findRefusal(request: WebhookRequest, deps: DearWebhookDeps): Promise<WebhookAnswer | null> {
  if (!isAllowed(request.sourceAddress, deps.allowed)) {
    return answer(403, 'This address may not call. Add it to dear.webhookAddresses if it is DEAR’s.');
  }
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const ours = token !== '' && (await deps.isOurToken(token));
  return ours ? null : answer(401, 'The bearer token is missing or not ours.');
}

function isAllowed(address: string, allowed: BlockList | null): boolean {
  return allowed === null || allowed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** At most one sweep a minute. The scheduled sweep covers later changes. */
async function requestSweep(why: string, deps: DearWebhookDeps): Promise<WebhookAnswer> {
  const minute = isoTime(deps.now()).slice(0, 'yyyy-mm-ddThh:mm'.length);
  await deps.jobs.publishOnce({ job: 'sweep-sales', connection: '' }, `unreadable#${minute}`);
  deps.count('WebhookUnreadable');
  deps.log('webhook.unreadable', { why });
  return answer(202, 'The body names no sale. A sweep of the changed sales was queued.');
}

/** Answers with success, because DEAR counts a refusal towards switching the webhook off. */
function ignore(type: string, deps: DearWebhookDeps): WebhookAnswer {
  deps.count('WebhookIgnored');
  deps.log('webhook.ignored', { event: type });
  return answer(200, 'Nothing to do for this type of event.');
}

async function accept(event: DearSaleEvent, isSalvaged: boolean, deps: DearWebhookDeps): Promise<void> {
  const { type, trackingNumbers, ...sale } = event;
  const receivedAt = isoTime(deps.now());
  await deps.saleEvents.publish({
    ...sale,
    event: type,
    trackingNumbers: trackingNumbers.map(trackingToken),
    receivedAt,
  });
  deps.count('WebhookAccepted');
  deps.log('webhook.received', {
    event: type,
    saleId: sale.saleId || sale.saleTaskId,
    saleOrderNumber: sale.saleOrderNumber,
    ...(isSalvaged && { isSalvaged }),
  });
}

interface ProviderWebhookDeps {
  /** null if no connection has that id, or its provider sends no webhooks. */
  readonly verifierFor: (connection: string) => Promise<NotificationVerifier | null>;
  readonly jobs: Publisher<JobRequest>;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'WebhookAccepted' | 'WebhookRefused') => void;
}

/**
 * Authenticates a provider's notification and queues the collection of its shipments, which otherwise waits for its schedule.
 * @throws the error of the queue or of the provider's key server; the caller answers 5xx
 */
export async function receiveProviderWebhook(
  connection: string,
  request: WebhookRequest,
  deps: ProviderWebhookDeps,
): Promise<WebhookAnswer> {
  const verifier = await deps.verifierFor(connection);
  const refused = (statusCode: number, why: string) => {
    deps.count('WebhookRefused');
    // Anyone may call any address, and a log line takes no text of theirs.
    const known = verifier === null ? {} : { connection };
    deps.log('webhook.refused', { ...known, statusCode, why });
    return answer(statusCode, why);
  };
  if (verifier === null) return refused(404, 'No connection of that name receives webhooks.');
  if (Buffer.byteLength(request.rawBody) > BODY_LIMIT)
    return refused(413, `The body is larger than ${BODY_LIMIT} bytes.`);
  const verdict = await verifier.verify(request);
  if (!verdict.genuine) return refused(401, verdict.why);
  await deps.jobs.publish({ job: 'collect-shipments', connection, askedAt: isoTime(deps.now()) });
  deps.count('WebhookAccepted');
  deps.log('webhook.received', { connection, event: verdict.kind });
  return answer(202, 'Queued.');
}

function answer(statusCode: number, message: string): WebhookAnswer {
  return { statusCode, body: { message } };
}
