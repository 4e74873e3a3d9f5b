/**
 * A warehouse that keeps the HTTP contract of docs/openapi.json, on Node 24 alone:
 *
 *     SIGNING_SECRET=… MESSAGES_URL=https://…/providers/warehouse/messages node docs/examples/warehouse.ts
 *
 * It offers cancellations and changes, and sends its shipments. `POST /pack/SO-00001-1` packs an order: a real warehouse has
 * screens for that, and a database in place of the two maps.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const { SIGNING_SECRET = '', MESSAGES_URL = '', PORT = '9500' } = process.env;
const KEY = SIGNING_SECRET.startsWith('whsec_')
  ? Buffer.from(SIGNING_SECRET.slice(6), 'base64')
  : Buffer.from(SIGNING_SECRET);
if (KEY.length < 24) throw new Error('SIGNING_SECRET has to have at least 24 bytes.');
const MAX_BYTES = 256 * 1024;

interface Order {
  readonly reference: string;
  readonly lines: ReadonlyArray<{ readonly key: string; readonly sku: string; readonly quantity: number }>;
}
interface Held {
  content: string;
  order: Order;
  status: 'open' | 'shipped' | 'cancelled';
  changedAt: string;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const orders = new Map<string, Held>();

function toSignature(id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function verify({ headers }: IncomingMessage, body: string): void {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    String(headers[`webhook-${name}`] ?? ''),
  ) as [string, string, string];
  const expected = Buffer.from(toSignature(id, timestamp, body));
  // There are several signatures while the secret is being replaced.
  const given = signatures.split(' ').map((one) => Buffer.from(one));
  if (!given.some((one) => one.length === expected.length && timingSafeEqual(one, expected)))
    throw new Refusal(401, 'invalid_signature', 'The signature does not match.');
  if (!(Math.abs(Number(timestamp) - Date.now() / 1000) <= 300))
    throw new Refusal(401, 'timestamp_out_of_tolerance', 'The message is more than five minutes old.');
}

function receive(body: string): Held {
  const { type, data } = parse(body);
  if (type === 'order.submitted') return submit(data);
  if (type !== 'order.changed' && type !== 'order.cancelled')
    throw new Refusal(400, 'unknown_type', 'Messages of this type are not known.');
  const held = find(data.reference);
  if (held.status === 'shipped') throw new Refusal(409, 'too_late', 'The order has left.');
  const changedAt = new Date().toISOString();
  if (type === 'order.cancelled') return Object.assign(held, { status: 'cancelled', changedAt });
  if (held.status === 'cancelled') throw new Refusal(409, 'order_cancelled', 'The order is cancelled.');
  return Object.assign(held, { order: check(data), content: JSON.stringify(data), changedAt });
}

/** The reference is the idempotency key: a repeated order is answered with the one that is here. */
function submit(data: Order): Held {
  const content = JSON.stringify(data);
  const known = orders.get(data.reference);
  if (known?.content === content) return known;
  if (known) throw new Refusal(409, 'reference_taken', 'Another order has this reference.');
  const held: Held = { content, order: check(data), status: 'open', changedAt: new Date().toISOString() };
  orders.set(data.reference, held);
  return held;
}

function parse(body: string): { type: string; data: Order } {
  try {
    const message = JSON.parse(body);
    if (typeof message.data.reference === 'string') return message;
  } catch {}
  throw new Refusal(400, 'invalid_message', 'A message is JSON with type and data.');
}

function check(order: Order): Order {
  if (Array.isArray(order.lines) && order.lines.length > 0) return order;
  throw new Refusal(422, 'invalid_order', 'An order has lines.');
}

function find(reference: string): Held {
  const held = orders.get(reference);
  if (held) return held;
  throw new Refusal(404, 'order_not_found', 'There is no such order.');
}

function toAnswer({ order, status, changedAt }: Held): object {
  const isGone = status === 'shipped';
  const lines = order.lines.map((line) => ({ ...line, shipped: isGone ? line.quantity : 0 }));
  return { order: { reference: order.reference, status, changedAt, lines } };
}

/** Packs all of an order into one parcel, and tells the bridge. Send it again later where this throws. */
async function pack(held: Held): Promise<void> {
  if (held.status !== 'open') throw new Refusal(409, 'not_open', `The order is ${held.status}.`);
  const at = new Date().toISOString();
  Object.assign(held, { status: 'shipped', changedAt: at });
  const { reference, lines } = held.order;
  const parcel = { id: randomUUID(), reference, status: 'shipped', shippedAt: at, changedAt: at };
  const data = { ...parcel, carrier: 'Parcel Post', trackingNumbers: [`EX${Date.now()}`], lines };
  const body = JSON.stringify({ type: 'shipment.updated', timestamp: at, data });
  const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))];
  const signature = toSignature(id, timestamp, body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  const answer = await fetch(MESSAGES_URL, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`The bridge answered ${answer.status}: ${await answer.text()}`);
}

async function answer(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = await Array.fromAsync(request);
  const body = Buffer.concat(chunks).toString();
  const [, collection, name = ''] = new URL(request.url ?? '', 'http://here').pathname.split('/');
  const reference = decodeURIComponent(name);
  if (body.length > MAX_BYTES) throw new Refusal(413, 'too_large', 'A message has at most 256 KB.');
  if (request.method === 'POST' && collection === 'pack') return { done: await pack(find(reference)) };
  verify(request, body);
  if (request.method === 'POST' && collection === 'orders') return toAnswer(receive(body));
  if (request.method === 'GET' && collection === 'orders' && name) return toAnswer(find(reference));
  throw new Refusal(501, 'not_implemented', 'This warehouse does not offer that.');
}

const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const send = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    send(200, await answer(request));
  } catch (error) {
    const isOurs = error instanceof Refusal;
    const { status, code } = isOurs ? error : { status: 500, code: 'failed' };
    const message = isOurs ? error.message : 'The warehouse failed.';
    if (!isOurs) console.error(error);
    send(status, { error: { code, message } });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => console.error('The warehouse listens at', server.address()));
