import { type CartRoverSandboxOptions, startCartRoverSandbox } from 'dear-sandbox/cartrover';
import { manualTimeline } from 'dear-sandbox/kit';
import { afterEach } from 'vitest';

const CART = { user: 'cart-user', key: 'cart-key' };

interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** An answer of the API, with the fields that tests read of any of them. */
export interface ApiAnswer<Response = never> {
  success_code: boolean;
  error_code?: string;
  message?: string;
  response: Response;
}

const running: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of running.splice(0)) await close();
});

/** A started sandbox, on a clock moved by hand, and the calls that tests make of it. */
export async function startSandbox(options: Partial<CartRoverSandboxOptions> = {}) {
  const timeline = manualTimeline();
  const sandbox = await startCartRoverSandbox({ port: 0, cart: CART, timeline, ...options });
  running.push(sandbox.close);
  const call = async <Body = ApiAnswer>(method: string, path: string, body?: unknown, keys = CART) => {
    const encoded = Buffer.from(`${keys.user}:${keys.key}`).toString('base64');
    const response = await fetch(new URL(path, sandbox.url), {
      method,
      headers: { authorization: `Basic ${encoded}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer } as Answer<Body>;
  };
  const create = (reference: string, fields: object = {}) =>
    call('POST', '/v1/cart/orders/cartrover', { ...orderBody(reference), ...fields });
  /** A step of CartRover's staff or the warehouse's. */
  const act = (reference: string, step: string, body: object = {}) =>
    call('POST', `/sandbox/orders/${encodeURIComponent(reference)}/${step}`, body);
  const list = async <Row = { cust_ref: string }>(status: string, query = '') =>
    (await call<ApiAnswer<Row[]>>('GET', `/v1/cart/orders/list/${status}${query}`)).body.response;
  const setTo = (settings: object) => call('PATCH', '/sandbox/settings', settings);
  return { ...sandbox, timeline, call, create, act, list, setTo };
}

/** A request that the sandbox accepts. */
export function orderBody(reference: string) {
  return {
    cust_ref: reference,
    ship_company: 'Tern & Lark',
    ship_address_1: '9 Quay Street',
    ship_city: 'Reno',
    ship_state: 'NV',
    ship_zip: '89501',
    ship_country: 'USA',
    ship_is_billing: true,
    items: [
      { item: 'MUG', quantity: 2, price: 10, discount: 1, extended_amount: 18 },
      { item: 'LAMP', quantity: 1, price: 30, extended_amount: 30 },
    ],
  };
}
