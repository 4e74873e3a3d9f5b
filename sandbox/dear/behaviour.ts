import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';
/**
 * The form of a webhook's body. `printed` is the blueprint's example; the others are what senders and proxies make of JSON,
 * and the spelling of DEAR's help page.
 */
export const WEBHOOK_FORMS = [
  'json',
  'printed',
  'byte-order-mark',
  'form',
  'list',
  'other-capitals',
  'american',
  'numbers',
  'empty',
] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

export interface SentBody {
  readonly text: string;
  readonly contentType: string;
}

/** @param body JSON text */
export function inForm(body: string, form: WebhookForm): SentBody {
  const sent = (text: string, contentType = 'application/json') => ({ text, contentType });
  switch (form) {
    case 'json':
      return sent(body);
    case 'printed':
      return sent(body.replace(/,?"EventType"/, ',\n,"EventType"').replace(/}\s*$/, ',\n}'));
    case 'byte-order-mark':
      return sent(`\ufeff${body}`);
    case 'form':
      return sent(new URLSearchParams(getTexts(body)).toString(), 'application/x-www-form-urlencoded');
    case 'list':
      return sent(`[${body}]`);
    case 'other-capitals':
      return sent(body.replace('"SaleID"', '"SaleId"').replace(/"Sale\/\w+"/, (type) => type.toLowerCase()));
    case 'american':
      return sent(body.replace(/"Sale\/(\w+)Authorised"/, '"$1Authorized"'));
    case 'numbers':
      return sent(body.replaceAll(/"(Sale)?OrderNumber":"\D*(\d+)"/g, '"$1OrderNumber":$2'));
    case 'empty':
      return sent('');
  }
}

function getTexts(body: string): Record<string, string> {
  const fields: [string, unknown][] = Object.entries(JSON.parse(body) as object);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

const THROTTLES = ['refuse-429', 'refuse-503', 'refuse-400', 'refuse-403'] as const;

export type Throttle = (typeof THROTTLES)[number];

const LIMIT_MESSAGE = 'You have reached 60 calls per 60 seconds API limit.';

/**
 * The four answers that DEAR has been seen to give over the limit.
 * @param retryAfter the header of a 429 where it has one: `60 Seconds` has been seen
 */
export function throttledAnswer(kind: Throttle, retryAfter?: string): Response {
  switch (kind) {
    case 'refuse-429':
      return Response.json([{ ErrorCode: 429, Exception: LIMIT_MESSAGE }], {
        status: 429,
        headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
      });
    case 'refuse-503':
      return new Response(LIMIT_MESSAGE, { status: 503, headers: { 'content-type': 'text/plain' } });
    case 'refuse-400':
      return Response.json([{ ErrorCode: 400, Exception: LIMIT_MESSAGE }], { status: 400 });
    case 'refuse-403':
      return Response.json({ ErrorCode: 403, Exception: 'Access is temporarily denied' }, { status: 403 });
  }
}

/** Which of the four comes next: the chosen one, or each in turn. */
export function throttles(chosen: () => Throttle | 'rotate'): () => Throttle {
  let given = 0;
  return () => {
    const choice = chosen();
    if (choice !== 'rotate') return choice;
    given += 1;
    return THROTTLES[(given - 1) % THROTTLES.length] ?? 'refuse-429';
  };
}

/** Settings for what differs between accounts of DEAR. In memory only, like the faults. */
export const behaviourRequest = z.strictObject({
  /** Both shapes of an error body were seen live. */
  errors: z.enum(['array', 'object']).optional(),
  /** Which answer a call over the limit gets; `rotate` gives each in turn. */
  throttle: z.enum(['rotate', ...THROTTLES]).optional(),
  automationModule: z.boolean().optional(),
  /** Whether the credentials belong to several organisations, so that DEAR cannot tell which is meant. */
  severalOrganisations: z.boolean().optional(),
  /** The form of webhook bodies that are sent from now on. */
  webhookForm: z.enum(WEBHOOK_FORMS).optional(),
  /** Whether a stock take in progress locks its location for the API as it does in the screens. Not verified live. */
  locksApi: z.boolean().optional(),
  /** Documented fields that this account ignores, answering 200. No public client is known to use them. */
  ignores: z.array(z.enum(['AddTrackingNumbers', 'UpdateOnHand'])).optional(),
});

export interface Behaviour {
  errors: 'array' | 'object';
  throttle: 'rotate' | (typeof THROTTLES)[number];
  automationModule: boolean;
  severalOrganisations: boolean;
  webhookForm: WebhookForm;
  locksApi: boolean;
  ignores: ReadonlyArray<'AddTrackingNumbers' | 'UpdateOnHand'>;
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({ ...faultScope, kind: z.enum(THROTTLES), retryAfter: z.string().optional() }),
  /** The connection is closed, before the call is carried out or after it was saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
  z.strictObject({ ...faultScope, kind: z.literal('html') }),
  /** A write is answered with 200 and the unchanged resource but not carried out, as seen live. */
  z.strictObject({ ...faultScope, kind: z.literal('ignored') }),
  /**
   * The true answer with these fields replaced: `Order.Lines.0.Quantity`, or `SaleList.*.Updated` of each row. A path that
   * is not in the answer changes nothing.
   */
  z.strictObject({
    ...faultScope,
    kind: z.literal('odd-fields'),
    fields: z.record(z.string().min(1), z.json()),
  }),
  z.strictObject({
    ...faultScope,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown(),
  }),
]);
export type Fault = z.infer<typeof faultRequest>;
