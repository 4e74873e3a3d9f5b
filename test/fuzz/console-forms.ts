import type { Hono } from 'hono';
import { type Access, createAccess } from '../../operator/console/access.ts';
import { createConsole } from '../../operator/console/app.tsx';
import { queuedOrder } from '../builders/order.ts';
import { ConsoleWithOrders } from '../operator/console/console-with-orders.ts';
import type { Random } from '../simulation/life/random.ts';
import type { OutsideRequest } from './doors.ts';
import { pickText, spoilBody, spoilFields } from './mutations.ts';
import type { Answered } from './outside.ts';

const ORIGIN = 'http://127.0.0.1:9406';
const PAGES = [
  '/',
  '/orders',
  '/orders.csv',
  '/search',
  '/ignored',
  '/stock',
  '/jobs',
  '/webhooks',
  '/audit',
  '/queues',
  '/mappings',
  '/figures',
  '/bulk',
] as const;
const FORMS = [
  '/orders/SO-00042-1/edit',
  '/orders/SO-00042-1/hold',
  '/orders/SO-00042-1/cancel',
  '/orders/SO-00042-1/label',
  '/sales/sale-42/reconcile',
  '/jobs',
  '/connections/lantern/pause',
  '/mappings',
  '/queues/fulfillment/redrive',
  '/bulk',
] as const;

/** The console with a few orders, and requests of its pages and forms. */
export class ConsoleForms {
  readonly #access: Access = createAccess(false);
  readonly #app: Hono;

  constructor() {
    const bridge = new ConsoleWithOrders();
    bridge.add(queuedOrder());
    this.#app = createConsole(bridge, this.#access);
  }

  make(random: Random): OutsideRequest {
    const isForm = random.chance(0.6);
    const path = isForm ? random.pick(FORMS) : random.pick(PAGES);
    const fields = {
      token: this.#access.formToken,
      note: pickText(random),
      line1: pickText(random),
      value: pickText(random),
      id: pickText(random),
    };
    const plain = new URLSearchParams(spoilFields(fields, random)).toString();
    return {
      handler: 'serve-provider',
      method: isForm ? 'POST' : 'GET',
      path: random.chance(0.2) ? `${path}/${encodeURIComponent(pickText(random).toWellFormed())}` : path,
      parameters: {},
      query: {
        q: pickText(random),
        status: pickText(random),
        page: pickText(random),
        since: pickText(random),
      },
      headers: {
        'content-type': random.pick([
          'application/x-www-form-urlencoded',
          'application/x-www-form-urlencoded',
          'multipart/form-data',
          'multipart/form-data; boundary=x',
          'application/json',
        ]),
        ...(random.chance(0.5) && { origin: random.pick([ORIGIN, 'null', 'https://evil.test']) }),
      },
      body: random.chance(0.3) ? spoilBody(plain, random) : plain,
    };
  }

  async send({
    method,
    path,
    query,
    headers,
    body,
  }: OutsideRequest): Promise<Pick<Answered, 'statusCode' | 'body'>> {
    const address = new URL(`${ORIGIN}${path}`);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const sent = method === 'GET' ? {} : { body };
    const answer = await this.#app.request(address.href, { method, headers: { ...headers }, ...sent });
    return { statusCode: answer.status, body: await answer.text() };
  }
}
