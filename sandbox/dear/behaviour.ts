import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';
import { THROTTLES } from './throttle.ts';

/**
 * How a webhook's body is put into text. The blueprint prints `printed`, as if pasted together; the others are what senders
 * and proxies make of JSON, and the help page's spelling.
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

/** Where DEAR's answers vary between accounts and years. In memory only, like the faults. */
export const behaviourRequest = z.strictObject({
  /** Both shapes of an error body were seen live. */
  errors: z.enum(['array', 'object']).optional(),
  /** Which answer a call over the limit gets; `rotate` gives each in turn. */
  throttle: z.enum(['rotate', ...THROTTLES]).optional(),
  automationModule: z.boolean().optional(),
  /** In which form the bodies of webhooks are sent from now on. */
  webhookForm: z.enum(WEBHOOK_FORMS).optional(),
  /** Whether a stock take in progress locks its location for the API as it does on screen, which nobody has shown. */
  locksApi: z.boolean().optional(),
  /** Documented ways that no public client has been seen to use, and that this account ignores, answering 200. */
  ignores: z.array(z.enum(['AddTrackingNumbers', 'UpdateOnHand'])).optional(),
});

export interface Behaviour {
  errors: 'array' | 'object';
  throttle: 'rotate' | (typeof THROTTLES)[number];
  automationModule: boolean;
  webhookForm: WebhookForm;
  locksApi: boolean;
  ignores: ReadonlyArray<'AddTrackingNumbers' | 'UpdateOnHand'>;
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({ ...faultScope, kind: z.enum(THROTTLES), retryAfter: z.string().optional() }),
  /** The socket is closed: before the call is looked at, or after it was done and saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
  z.strictObject({ ...faultScope, kind: z.literal('html') }),
  /** A write is answered with 200 and not done, as live accounts were seen to: with what is there, unchanged. */
  z.strictObject({ ...faultScope, kind: z.literal('ignored') }),
  /**
   * The answer is the true one, but for these places in it: `Order.Lines.0.Quantity`, or `SaleList.*.Updated` of each row. A
   * path that leads nowhere changes nothing.
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
