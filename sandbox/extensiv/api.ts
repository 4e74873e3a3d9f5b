import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { beginCall, closeSocket, readJson } from '../kit/api-call.ts';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Timeline } from '../kit/timeline.ts';
import {
  type ListAnswer,
  listCustomers,
  listItems,
  listOrders,
  listStockDetails,
  listStockSummaries,
  readOrder,
  toHal,
  toHalList,
  toPlain,
  toPlainList,
} from './answers.ts';
import { type Fault, invalidField, missingRole, notFound, parseRequest, Refusal } from './errors.ts';
import { cancelOrder, changeOrder, createOrder, deleteItem, getEtag, orderBy, touch } from './order-rules.ts';
import type { OrderRecord, SandboxSettings, Store } from './state.ts';
import { getPublicKey } from './webhooks.ts';

export type SandboxEnv = { Bindings: HttpBindings };
type ApiContext = Context<SandboxEnv>;

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userLogin: string;
}

export interface ApiOptions {
  readonly credentials: Credentials;
  readonly timeline: Timeline;
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
  /** The service publishes no limit. */
  readonly limit: RateLimit | null;
}

/** Tokens are not kept: after a restart a client gets a new one. */
type Tokens = Map<string, { readonly givenAt: number }>;

export function extensivApi(store: Store, options: ApiOptions): Hono<SandboxEnv> {
  const tokens: Tokens = new Map();
  return new Hono<SandboxEnv>()
    .use('*', callMiddleware(store, options, tokens))
    .route('/', keyPaths(store, options, tokens))
    .route('/orders', orderPaths(store))
    .route('/', listPaths(store));
}

function keyPaths(store: Store, { credentials, timeline }: ApiOptions, tokens: Tokens): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .post('/AuthServer/api/Token', async (c) => {
      const { settings } = store.state();
      const body = parseRequest(tokenRequest(settings), await readBody(c));
      const [, encoded = ''] = /^Basic (.+)$/.exec(c.req.header('authorization') ?? '') ?? [];
      const { clientId, clientSecret, userLogin } = credentials;
      const isRight = Buffer.from(encoded, 'base64').toString() === `${clientId}:${clientSecret}`;
      if (!isRight || body[settings.loginField] !== userLogin)
        return c.json({ error: 'invalid_client' }, 400);
      const token = randomBytes(24).toString('base64url');
      const life = settings.tokenLifetime;
      const types =
        settings.form === 'plain'
          ? { token_type: 'bearer', expires_in: String(life) }
          : { token_type: 'Bearer', expires_in: life };
      tokens.set(token, { givenAt: timeline.now() });
      const access = { access_token: token, ...types };
      return c.json({ ...access, refresh_token: null, scope: null });
    })
    .get('/events/webhook/key', (c) => {
      const retrievalDateISO = new Date(timeline.now()).toISOString();
      return c.json({ publicKey: getPublicKey(store.state()), retrievalDateISO });
    });
}

function orderPaths(store: Store): Hono<SandboxEnv> {
  const answer = (
    c: ApiContext,
    order: OrderRecord,
    query: Record<string, string>,
    status: 200 | 201 = 200,
  ) => {
    c.header('etag', getEtag(order));
    const value = readOrder(order, store.state(), query);
    return isHal(c, store) ? c.json(toHal(value), status, HAL) : c.json(toPlain(value) as object, status);
  };
  const ALL = { detail: 'All', itemdetail: 'All' };
  return new Hono<SandboxEnv>()
    .get('/', role(store, 'OrderView'), (c) => list(c, store, listOrders(store.state(), c.req.query())))
    .post('/', role(store, 'OrderEdit'), async (c) => {
      const body = await readBody(c);
      const order = store.change((world) => createOrder(world, body));
      return answer(c, order, ALL, 201);
    })
    .get('/:id', role(store, 'OrderView'), (c) =>
      answer(c, orderBy(store.state(), getId(c, 'id')), c.req.query()),
    )
    .put('/:id', role(store, 'OrderEdit'), async (c) => {
      const body = await readBody(c);
      const order = store.change((world) => changeOrder(world, getId(c, 'id'), body, getTag(c)));
      return answer(c, order, ALL);
    })
    .delete('/:id/items/:item', role(store, 'OrderEdit'), (c) => {
      store.change((world) => deleteItem(world, getId(c, 'id'), getId(c, 'item'), getTag(c)));
      return c.body(null, 204);
    })
    .post('/:id/canceler', role(store, 'OrderWrite'), async (c) => {
      const { reason } = parseRequest(z.looseObject({ reason: z.string() }), await readBody(c));
      if (reason.trim() === '') throw invalidField('Reason', 'Required', 'Say why.');
      store.change((world) => cancelOrder(world, getId(c, 'id'), getTag(c)));
      return c.body(null, 204);
    });
}

function listPaths(store: Store): Hono<SandboxEnv> {
  const state = store.state;
  return new Hono<SandboxEnv>()
    .get('/inventory/stockdetails', role(store, 'InventoryDetailView'), (c) =>
      list(c, store, listStockDetails(state(), c.req.query())),
    )
    .get('/inventory/stocksummaries', role(store, 'InventoryRead'), (c) =>
      list(c, store, listStockSummaries(state(), c.req.query())),
    )
    .get('/customers', role(store, 'CustomerView'), (c) =>
      list(c, store, listCustomers(state(), c.req.query())),
    )
    .get('/customers/:id/items', role(store, 'ItemView'), (c) =>
      list(c, store, listItems(state(), getId(c, 'id'), c.req.query())),
    );
}

const HAL = { 'content-type': 'application/hal+json' };

/** Refuses a call that needs a role which the credentials lack. */
function role(store: Store, name: string): MiddlewareHandler<SandboxEnv> {
  return async (_, next) => {
    if (!store.state().settings.roles.includes(name)) throw missingRole(name);
    await next();
  };
}

function list(c: ApiContext, store: Store, answer: ListAnswer): Response {
  return isHal(c, store) ? c.json(toHalList(answer), 200, HAL) : c.json(toPlainList(answer));
}

function tokenRequest({ loginField }: SandboxSettings) {
  return z.strictObject({
    grant_type: z.literal('client_credentials'),
    [loginField]: z.string().min(1),
    tpl: z.string().optional(),
  });
}

function isHal(c: ApiContext, store: Store): boolean {
  const { form } = store.state().settings;
  return form === 'as-asked' && (c.req.header('accept') ?? '').includes('hal+json');
}

function getTag(c: ApiContext): string | undefined {
  return c.req.header('if-match');
}

/** @throws {Refusal} the path has no number */
function getId(c: ApiContext, name: 'id' | 'item'): number {
  const text = c.req.param(name) ?? '';
  if (!/^\d+$/.test(text)) throw notFound();
  return Number(text);
}

export function readBody(c: ApiContext): Promise<unknown> {
  return readJson(c, (message, field) =>
    field === null
      ? invalidField('Order', 'Incompatible', message)
      : invalidField(field, 'ValueNotSupported', message),
  );
}

/** Wraps every call: call log, faults, token, limit. */
function callMiddleware(store: Store, options: ApiOptions, tokens: Tokens): MiddlewareHandler<SandboxEnv> {
  return async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const { call, fault } = await beginCall<Fault>(c, options, `${pathname}${search}`);
    if (fault?.kind === 'timeout-before') return closeSocket(c);
    if (fault?.kind === 'stale') makeStale(store, pathname);
    const refused = fault?.kind === 'answer' ? faultAnswer(fault) : refuseCall(c, options, store, tokens);
    if (refused === null) await next();
    if (fault?.kind === 'timeout-after') return closeSocket(c);
    call.status = (refused ?? c.res).status;
    return refused ?? undefined;
  };
}

function makeStale(store: Store, path: string): void {
  const id = Number(/^\/orders\/(\d+)/.exec(path)?.[1]);
  store.change(({ state, now }) => void touch(orderBy(state, id), now));
}

function refuseCall(c: ApiContext, { timeline, limit }: ApiOptions, store: Store, tokens: Tokens) {
  if (c.req.path === '/AuthServer/api/Token') return null;
  if (c.req.path === '/events/webhook/key' && store.state().settings.keyIsPublic) return null;
  const [, token = ''] = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '') ?? [];
  const known = tokens.get(token);
  const lifetime = store.state().settings.tokenLifetime * 1_000;
  if (known === undefined || known.givenAt + lifetime <= timeline.now())
    return new Response(null, { status: 401 });
  const wait = limit?.admit(timeline.now()) ?? null;
  return wait === null ? null : new Response(null, { status: 429, headers: { 'retry-after': String(wait) } });
}

function faultAnswer({ status, body, retryAfter }: Fault & { kind: 'answer' }): Response {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  return new Response(body, { status, headers });
}

/** Any thrown error as Extensiv's answer. */
export function toErrorAnswer(error: unknown): Response {
  if (error instanceof Refusal) {
    const { status, body } = error;
    return body === null ? new Response(null, { status }) : Response.json(body, { status });
  }
  console.error('The Extensiv sandbox failed', error);
  return new Response('Internal Server Error', { status: 500 });
}
