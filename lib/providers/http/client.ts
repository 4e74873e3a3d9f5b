import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import {
  AmbiguousWrite,
  NotInPlan,
  OperatorActionNeeded,
  REFERENCE_TAKEN,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  UpstreamError,
} from '../../domain/errors.ts';
import { cutText } from '../../domain/text.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import { errorFromUnknownForm, type HttpAnswer, parseBody, parseJson } from '../../upstream/body.ts';
import { UpstreamClient } from '../../upstream/client.ts';
import { readLinkedPages } from '../../upstream/paging.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import {
  errorSchema,
  type OrderMessage,
  type OrderState,
  orderAnswerSchema,
  ordersPageSchema,
  shipmentsPageSchema,
  stockPageSchema,
  type stockRowSchema,
  withoutNulls,
} from './contract.ts';
import { type SigningSecrets, sign } from './signature.ts';

export interface HttpClientOptions extends TransportOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly baseUrl: string;
  readonly secrets: SigningSecrets;
  /** Rows to ask for; the warehouse decides. */
  readonly pageSize?: number;
}

/** The calls of the contract, without our domain. All methods throw the classes of `domain/errors.ts`. */
export interface HttpClient {
  /** `POST /orders` @returns the order as the warehouse then holds it */
  send(type: OrderMessage['type'], data: OrderMessage['data']): Promise<OrderState>;
  /** `GET /orders/{reference}`; null where the warehouse itself says that there is none. */
  order(reference: string): Promise<OrderState | null>;
  /** `GET /orders?status=unshipped` */
  unshippedOrders(): AsyncIterable<readonly OrderState[]>;
  /** `GET /shipments`, unchecked, in order of their changes. @param since ISO UTC, included; '' for all */
  shipments(since: string): AsyncIterable<readonly unknown[]>;
  /** `GET /stock` */
  stock(): AsyncIterable<readonly z.output<typeof stockRowSchema>[]>;
  close(): Promise<void>;
}

/** A page of 100 orders is about 200 KB. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** Calls a warehouse by the contract. */
export function httpClient(options: HttpClientOptions): HttpClient {
  const { system, now } = options;
  const { call, pages, close } = createTransport(options);
  const reading = (operation: string, reference?: string): Attempt => ({
    system,
    operation,
    writes: false,
    ...(reference !== undefined && { reference }),
  });
  return {
    async send(type, data) {
      const { reference } = data;
      const attempt: Attempt = { system, operation: OPERATIONS[type], reference, writes: true };
      const message = { type, timestamp: isoTime(now()), data };
      const answer = await call('POST', '/orders', attempt, message);
      const { order } = parseAnswer(orderAnswerSchema, answer, attempt);
      if (order.reference === reference) return order;
      throw errorFromUnknownForm(attempt, answer.status, 'order.reference: of another order');
    },
    async order(reference) {
      const attempt = reading('find order', reference);
      try {
        const answer = await call('GET', `/orders/${encodeURIComponent(reference)}`, attempt);
        const { order } = parseAnswer(orderAnswerSchema, answer, attempt);
        // A warehouse may search by prefix, or without case.
        return order.reference === reference ? order : null;
      } catch (error) {
        if (error instanceof Rejected && error.details.code === 'order_not_found') return null;
        throw error;
      }
    },
    unshippedOrders: () =>
      pages(
        '/orders',
        { status: 'unshipped' },
        ordersPageSchema,
        reading('list orders'),
        (page) => page.orders,
      ),
    shipments: (since) =>
      pages(
        '/shipments',
        since === '' ? {} : { since },
        shipmentsPageSchema,
        reading('list shipments'),
        (page) => page.shipments,
      ),
    stock: () => pages('/stock', {}, stockPageSchema, reading('list stock'), (page) => page.rows),
    close,
  };
}

function parseAnswer<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, attempt: Attempt) {
  return parseBody(schema, withoutNulls(parseJson(answer.text)), attempt, answer.status);
}

function createTransport({ baseUrl, secrets, pageSize = 100, ...options }: HttpClientOptions) {
  const { now, wait = sleep } = options;
  const client = new UpstreamClient(
    baseUrl,
    {},
    {
      ...options,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      sign: (body) => sign(body, secrets, now()),
    },
  );

  async function call(method: 'GET' | 'POST', path: string, attempt: Attempt, body?: object) {
    const request = { method, path, attempt, ...(body !== undefined && { body }) };
    return await client.send(request, (answer) => {
      if (answer.status < 300) return answer;
      throw errorFromAnswer(attempt, answer);
    });
  }

  async function* pages<Page extends { readonly next: string }, Row>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<Page>,
    attempt: Attempt,
    getRows: (page: Page) => readonly Row[],
  ): AsyncGenerator<readonly Row[]> {
    const toQuery = (page: Readonly<Record<string, string>>) =>
      new URLSearchParams({ ...query, limit: String(pageSize), ...page }).toString();
    const read = async (one: string) => {
      const page = parseAnswer(schema, await call('GET', `${path}?${one}`, attempt), attempt);
      const next = page.next === '' ? '' : toQuery({ page: page.next });
      return { total: null, rows: getRows(page), next };
    };
    try {
      yield* readLinkedPages({ first: toQuery({}), wait, read });
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      throw new UnexpectedAnswer({ ...toErrorDetails(attempt), cause: error });
    }
  }

  return { call, pages, close: () => client.close() };
}

const OPERATIONS = {
  'order.submitted': 'submit order',
  'order.changed': 'change order',
  'order.cancelled': 'cancel order',
} as const satisfies Readonly<Record<OrderMessage['type'], string>>;

/** Where `Retry-After` is missing. */
const DEFAULT_WAIT_MS = 60_000;
const MAX_MESSAGE = 1_000;

/** The error that an answer means which is no success. Without a code of the contract it may be a gateway's. */
function errorFromAnswer(attempt: Attempt, { status, text, retryAfterMs }: HttpAnswer): UpstreamError {
  const parsed = errorSchema.safeParse(parseJson(text));
  const { code = '', message = '' } = parsed.data?.error ?? {};
  const upstreamMessage = cutText(message, MAX_MESSAGE, '…');
  const details = toErrorDetails(attempt, {
    status,
    code: code === 'reference_taken' ? REFERENCE_TAKEN : code,
    upstreamMessage,
  });
  if (status === 429) return new Throttled(details, retryAfterMs ?? DEFAULT_WAIT_MS);
  if (status === 401 || status === 403) return new OperatorActionNeeded(details);
  if (code === 'not_implemented')
    return new NotInPlan({ ...details, upstreamMessage: `${upstreamMessage} ${NOT_OFFERED}`.trim() });
  if (status >= 500 || status === 408)
    return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
  return code === '' ? new UnexpectedAnswer(details) : new Rejected(details);
}

const NOT_OFFERED = 'Have the warehouse add it, or take it out of the setting `parts`.';
