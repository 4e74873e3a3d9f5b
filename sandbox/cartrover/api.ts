import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { beginCall, closeSocket, readJson } from '../kit/api-call.ts';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Timeline } from '../kit/timeline.ts';
import {
  listOrders,
  listStock,
  readExtras,
  toOrderAnswer,
  toStatusAnswer,
  toStockAnswer,
} from './answers.ts';
import { type Fault, invalid, parseRequest, Refusal } from './errors.ts';
import {
  confirmOrder,
  confirmRequest,
  createOrder,
  createOrders,
  orderBy,
  requestCancellation,
} from './order-rules.ts';
import type { CartRoverState, SandboxSettings, Store } from './state.ts';

export type SandboxEnv = { Bindings: HttpBindings };

export interface ApiOptions {
  /** User and key of the cart, and of its merchant. */
  readonly keys: { readonly cart: string; readonly merchant: string };
  readonly timeline: Timeline;
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
  readonly bucket: RateLimit;
}

/** The paths under `/v1`. */
export function cartRoverApi(store: Store, options: ApiOptions): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .use('*', callMiddleware(store, options))
    .route('/cart/orders', orderPaths(store))
    .route('/merchant', merchantPaths(store));
}

function orderPaths(store: Store): Hono<SandboxEnv> {
  const settings = () => store.state().settings;
  const own = () => ofCart(store.state());
  return new Hono<SandboxEnv>()
    .post('/cartrover', async (c) => {
      const body = await readBody(c);
      const order = store.change((world) => createOrder(world, body));
      const { fields, orderNumber } = order;
      // The only answer whose values are beside `success_code`.
      return c.json({ success_code: true, cust_ref: fields.cust_ref, order_number: orderNumber });
    })
    .post('/batch', async (c) => {
      const body = await readBody(c);
      return succeed(
        c,
        store.change((world) => createOrders(world, body)),
      );
    })
    .get('/list/:status', (c) => {
      const { rows, total } = listOrders(own(), c.req.param('status'), c.req.query(), store.now());
      if (settings().countsRows) c.header('total-records', String(total));
      return succeed(c, rows);
    })
    .get('/status/:reference', (c) => succeed(c, toStatusAnswer(orderBy(own(), getReference(c)), settings())))
    .get('/wms_cancel/:reference', (c) => {
      orderBy(own(), getReference(c));
      return succeed(
        c,
        store.change((world) => requestCancellation(world, getReference(c))),
      );
    })
    .post('/update/:reference', async (c) => {
      const request = parseRequest(confirmRequest, await readBody(c));
      orderBy(own(), getReference(c));
      store.change((world) => confirmOrder(world, getReference(c), request));
      return c.json({ success_code: true });
    })
    .get('/:reference', (c) =>
      succeed(c, toOrderAnswer(orderBy(own(), getReference(c)), settings(), readExtras(c.req.query()))),
    );
}

/** What the keys of the cart see: not the orders of the merchant's other carts. */
function ofCart(state: CartRoverState): CartRoverState {
  return { ...state, orders: state.orders.filter(({ cart }) => cart === undefined) };
}

function merchantPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/inventory', (c) => {
      const { rows, total } = listStock(store.state(), c.req.query());
      if (store.state().settings.countsRows) c.header('total-records', String(total));
      return succeed(c, rows);
    })
    .get('/orders/list/:status', (c) => {
      const { rows, total } = listOrders(store.state(), c.req.param('status'), c.req.query(), store.now());
      if (store.state().settings.countsRows) c.header('total-records', String(total));
      return succeed(c, rows);
    })
    .get('/orders/:reference', (c) => {
      const { settings } = store.state();
      return succeed(
        c,
        toOrderAnswer(orderBy(store.state(), getReference(c)), settings, readExtras(c.req.query())),
      );
    })
    .get('/inventory/:sku', (c) => succeed(c, toStockAnswer(store.state(), c.req.param('sku'))));
}

type ApiContext = Context<SandboxEnv>;

function succeed(c: ApiContext, response: unknown): Response {
  return c.json({ success_code: true, response });
}

/** Decoded once: a reference may hold a slash or a hash. */
function getReference(c: ApiContext): string {
  return c.req.param('reference') ?? '';
}

export function readBody(c: ApiContext): Promise<unknown> {
  return readJson(c, invalid);
}

/** Wraps every call: call log, faults, keys, the bucket. */
function callMiddleware(store: Store, options: ApiOptions): MiddlewareHandler<SandboxEnv> {
  const { timeline, bucket } = options;
  let processes = 0;
  return async (c, next) => {
    processes += 1;
    const process = `p-${processes}`;
    const { pathname, search } = new URL(c.req.url);
    const { call, fault } = await beginCall<Fault>(c, options, `${pathname}${search}`);
    if (fault?.kind === 'timeout-before') return closeSocket(c);
    const { settings } = store.state();
    const refused =
      fault?.kind === 'answer'
        ? faultAnswer(fault, settings)
        : refuseCall(c, options, settings, timeline.now());
    if (refused === null) await next();
    if (fault?.kind === 'timeout-after') return closeSocket(c);
    const answer = refused ?? c.res;
    answer.headers.set('x-cartrover-process-id', process);
    answer.headers.set(
      'x-cartrover-api-minute-hits-remaining',
      String(bucket.standing(timeline.now()).remaining),
    );
    call.status = answer.status;
    return refused ?? undefined;
  };
}

function refuseCall(
  c: ApiContext,
  { keys, bucket }: ApiOptions,
  settings: SandboxSettings,
  now: number,
): Response | null {
  const isMerchant = c.req.path.startsWith('/v1/merchant');
  const accepted = isMerchant ? [keys.merchant] : [keys.cart];
  const isStock = c.req.path.startsWith('/v1/merchant/inventory');
  if (isStock && settings.cartKeysReadStock) accepted.push(keys.cart);
  const [, encoded = ''] = /^Basic (.+)$/.exec(c.req.header('authorization') ?? '') ?? [];
  if (!accepted.includes(Buffer.from(encoded, 'base64').toString())) {
    const known = Object.values(keys).includes(Buffer.from(encoded, 'base64').toString());
    const message = known ? 'API User does not have permission for this call' : 'Invalid API User or API Key';
    return toAnswer(new Refusal('Invalid', message, settings.refusedKeysStatus), settings);
  }
  // Creating an order was documented as exempt from the limit.
  if (c.req.method === 'POST' && c.req.path === '/v1/cart/orders/cartrover') return null;
  if (bucket.admit(now) === null) return null;
  return toAnswer(new Refusal('RateLimit', 'Over API Limit. Please slow down requests.'), settings);
}

function faultAnswer(
  { status, body, code, message, retryAfter }: Fault & { kind: 'answer' },
  settings: SandboxSettings,
) {
  const answer =
    body === undefined
      ? toAnswer(new Refusal(code, message, status), settings)
      : new Response(body, { status });
  if (retryAfter !== undefined) answer.headers.set('retry-after', String(retryAfter));
  return answer;
}

/** Any thrown error as CartRover's refusal. */
export function toErrorAnswer(error: unknown, settings: Pick<SandboxSettings, 'messageField'>): Response {
  if (error instanceof Refusal) return toAnswer(error, settings);
  console.error('The CartRover sandbox failed', error);
  return new Response('<html><body>Internal Server Error</body></html>', { status: 500 });
}

function toAnswer(
  { code, message, status }: Refusal,
  { messageField }: Pick<SandboxSettings, 'messageField'>,
): Response {
  return Response.json({ success_code: false, error_code: code, [messageField]: message }, { status });
}
