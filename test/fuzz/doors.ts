import { createSign, generateKeyPairSync } from 'node:crypto';
import { sign as signMessage } from '../../lib/providers/http/signature.ts';
import { withToken } from '../../lib/providers/shipstation-v1/notifications.ts';
import type { Random } from '../simulation/life/random.ts';
import { PERSON, pickText, spoilBody, spoilFields } from './mutations.ts';

/** A request of one of the doors from outside. */
export interface OutsideRequest {
  readonly handler: 'receive-webhook' | 'serve-provider';
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The credentials of the fuzzed deployment; none may be in any answer, log line or message. */
export const SECRETS = {
  token: 'fuzz-token-0123456789abcdef',
  apiSecret: 'fuzz-api-secret-0123456789',
  username: 'fuzz-store-user',
  password: 'fuzz-store-password-0123456789',
  signingSecret: `whsec_${Buffer.from('fuzz-signing-secret-0123456789abcd').toString('base64')}`,
  clientSecret: 'fuzz-client-secret-0123456789',
} as const;

export const CONNECTIONS = [
  { id: 'v2', provider: 'shipstation-v2', baseUrl: 'https://api.shipstation.test', warehouseId: 'se-1' },
  { id: 'v1', provider: 'shipstation-v1', baseUrl: 'https://ssapi.shipstation.test', storeId: 1 },
  {
    id: 'extensiv',
    provider: 'extensiv',
    baseUrl: 'https://extensiv.test',
    loginField: 'user_login',
    customerId: '1',
    facilityId: '1',
  },
  {
    id: 'store',
    provider: 'shipstation-store',
    statuses: { paid: 'paid', onHold: 'on_hold', cancelled: 'cancelled' },
  },
  { id: 'warehouse', provider: 'http', baseUrl: 'https://warehouse.test' },
] as const;

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY_ID = 'fuzz-key';

/** In place of the network: the key servers of the services that sign, and nothing else. */
export async function fetchKeys(input: string | URL | Request): Promise<Response> {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (hostname === 'extensiv.test')
    return Response.json({ publicKey: KEYS.publicKey.export({ type: 'spki', format: 'pem' }) });
  if (hostname !== 'api.shipstation.test') throw new Error(`The receiver called ${hostname}`);
  const key = KEYS.publicKey.export({ format: 'jwk' });
  return Response.json({ keys: [{ ...key, kid: KEY_ID, alg: 'RS256', use: 'sig' }] });
}

function signRsa(text: string): string {
  return createSign('RSA-SHA256').update(text).sign(KEYS.privateKey, 'base64');
}

const customer = {
  CustomerName: PERSON.name,
  Email: PERSON.email,
  Phone: PERSON.phone,
  Address: PERSON.street,
};
const SALE_ID = '3c5b0e1a-7b61-4e0f-9d5c-2a77f0b1c9aa';
const EVENTS = [
  'Sale/OrderAuthorised',
  'Sale/Voided',
  'Sale/ShipmentTrackingNumberChanged',
  'Product/Updated',
] as const;

interface Door {
  readonly body: (random: Random) => string;
  readonly open: (body: string, random: Random) => Omit<OutsideRequest, 'body'>;
}

const post = (handler: OutsideRequest['handler'], path: string, parameters: Record<string, string>) =>
  ({ handler, method: 'POST', path, parameters, query: {} }) as const;

const dear: Door = {
  body: (random) =>
    JSON.stringify({
      SaleID: SALE_ID,
      SaleOrderNumber: 'SO-00042',
      EventType: random.pick(EVENTS),
      Shipments: [{ TrackingNumber: '1Z9' }],
      ...customer,
    }),
  open: () => ({
    ...post('receive-webhook', '/webhooks/dear', {}),
    headers: { authorization: `Bearer ${SECRETS.token}`, 'content-type': 'application/json' },
  }),
};

const v2: Door = {
  body: () =>
    JSON.stringify({
      resource_type: 'LABEL_CREATED_V2',
      resource_url: 'https://evil.test/label',
      data: customer,
    }),
  open: (body) => {
    const timestamp = new Date().toISOString();
    const headers = {
      'x-shipengine-rsa-sha256-key-id': KEY_ID,
      'x-shipengine-rsa-sha256-signature': signRsa(`${timestamp}.${body}`),
      'x-shipengine-timestamp': timestamp,
    };
    return { ...post('receive-webhook', '/webhooks/providers/v2', { connection: 'v2' }), headers };
  },
};

const v1: Door = {
  body: () =>
    JSON.stringify({
      resource_type: 'SHIP_NOTIFY',
      resource_url: 'https://evil.test/shipments',
      ...customer,
    }),
  open: () => {
    const token = new URL(withToken('https://bridge.test/', SECRETS)).searchParams.get('token') ?? '';
    const request = post('receive-webhook', '/webhooks/providers/v1', { connection: 'v1' });
    return { ...request, query: { token }, headers: {} };
  },
};

const extensiv: Door = {
  body: () =>
    JSON.stringify({ eventType: 'OrderShipped', eventDateTimeUtc: new Date().toISOString(), ...customer }),
  open: (body) => ({
    ...post('receive-webhook', '/webhooks/providers/extensiv', { connection: 'extensiv' }),
    headers: { signature: signRsa(body) },
  }),
};

const basic = `Basic ${Buffer.from(`${SECRETS.username}:${SECRETS.password}`).toString('base64')}`;

const store: Door = {
  body: (random) =>
    `<?xml version="1.0"?><ShipNotice><OrderNumber>SO-00042-${random.between(1, 9)}</OrderNumber><TrackingNumber>1Z9</TrackingNumber><ShipDate>02/03/2026</ShipDate><Carrier>UPS</Carrier><Recipient><Name>${PERSON.name}</Name><Address1>${PERSON.street}</Address1></Recipient><Items><Item><SKU>MUG</SKU><Quantity>2</Quantity><LineItemID>1</LineItemID></Item></Items></ShipNotice>`,
  open: (_, random) => {
    const isExport = random.chance(0.4);
    const request = post('serve-provider', '/providers/store/store', { connection: 'store', path: 'store' });
    const query = isExport
      ? { action: 'export', start_date: '02/03/2026 00:00', end_date: '02/04/2026 00:00', page: '1' }
      : {
          action: 'shipnotify',
          order_number: 'SO-00042-1',
          carrier: 'UPS',
          tracking_number: '1Z9',
          customer: PERSON.name,
        };
    return { ...request, method: isExport ? 'GET' : 'POST', query, headers: { authorization: basic } };
  },
};

const warehouse: Door = {
  body: () =>
    JSON.stringify({
      type: 'shipment.updated',
      data: {
        reference: 'SO-00042-1',
        id: 'P1',
        trackingNumber: '1Z9',
        shippedAt: new Date().toISOString(),
        note: PERSON.street,
        lines: [{ key: '1', sku: 'MUG', quantity: 1 }],
      },
      customer,
    }),
  open: (body) => {
    const secrets = { signingSecret: SECRETS.signingSecret, previousSigningSecret: '' };
    return {
      ...post('serve-provider', '/providers/warehouse/messages', {
        connection: 'warehouse',
        path: 'messages',
      }),
      headers: { ...signMessage(body, secrets, Date.now()), 'content-type': 'application/json' },
    };
  },
};

const DOORS = [dear, dear, v2, v1, extensiv, store, store, warehouse] as const;

/** A request that is valid but for what the seed spoils: before it is signed, so that it is let in, or after. */
export function makeRequest(random: Random): OutsideRequest {
  const door = random.pick(DOORS);
  const genuine = door.body(random);
  const body = random.chance(0.8) ? spoilBody(genuine, random) : genuine;
  const request = { ...door.open(body, random), body };
  if (random.chance(0.55)) return request;
  return {
    ...request,
    method: random.chance(0.1) ? random.pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) : request.method,
    parameters: random.chance(0.1) ? spoilFields(request.parameters, random) : request.parameters,
    headers: random.chance(0.5) ? spoilFields(request.headers, random) : request.headers,
    query: random.chance(0.5)
      ? { ...spoilFields(request.query, random), q: pickText(random) }
      : request.query,
    body: random.chance(0.3) ? spoilBody(body, random) : body,
  };
}
