import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { DearClient } from '../../lib/dear/client.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { cartRoverClient } from '../../lib/providers/cartrover/client.ts';
import { cartRoverTransport } from '../../lib/providers/cartrover/transport.ts';
import { extensivClient } from '../../lib/providers/extensiv/client.ts';
import { extensivTransport } from '../../lib/providers/extensiv/transport.ts';
import { httpClient } from '../../lib/providers/http/client.ts';
import { shipStationV1Client } from '../../lib/providers/shipstation-v1/client.ts';
import { shipStationV1Transport } from '../../lib/providers/shipstation-v1/transport.ts';
import { shipStationClient } from '../../lib/providers/shipstation-v2/client.ts';
import { shipStationTransport } from '../../lib/providers/shipstation-v2/transport.ts';
import type { OpenPool } from '../../lib/upstream/connections.ts';

export interface CallsUnderTest {
  readonly read: () => Promise<unknown>;
  readonly write: () => Promise<unknown>;
  /** How the request of the write begins, where it is a GET. */
  readonly startOfWrite?: string;
}

export interface CallOptions {
  readonly openPool?: OpenPool;
  readonly now?: () => number;
  readonly timeoutMs?: number;
}

/** Every client of a vendor's API. A client that is added here is tested against the whole contract. */
export const CLIENTS: ReadonlyArray<[string, (baseUrl: string, options?: CallOptions) => CallsUnderTest]> = [
  ['DEAR', dear],
  ['ShipStation V1', shipStationV1],
  ['ShipStation V2', shipStation],
  ['CartRover', cartRover],
  ['Extensiv', extensiv],
  ['HTTP contract', http],
];

/** For a machine that is busy. */
const TIMEOUT_MS = 60_000;

function dear(baseUrl: string, { timeoutMs = TIMEOUT_MS, ...options }: CallOptions = {}): CallsUnderTest {
  const settings = { baseUrl, accountId: 'account', applicationKey: 'key' };
  const client = new DearClient(settings, { ...options, timeoutMs, wait: async () => {} });
  onTestFinished(() => client.close());
  return {
    read: () => client.transport.send({ operation: 'read', method: 'GET', path: 'sale', reference: 'SO-1' }),
    write: () =>
      client.transport.send({ operation: 'write', method: 'PUT', path: 'sale', reference: 'SO-1', body: {} }),
  };
}

function shipStation(
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS, now = Date.now, ...options }: CallOptions = {},
): CallsUnderTest {
  const client = shipStationClient(
    shipStationTransport({ baseUrl, apiKey: 'key', now, timeoutMs, wait: async () => {}, ...options }),
    'shipstation',
  );
  onTestFinished(() => client.close());
  return {
    read: () => client.shipment('se-1'),
    write: () => client.cancelShipment('se-1', 'SO-1'),
  };
}

function shipStationV1(
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS, now = Date.now, ...options }: CallOptions = {},
): CallsUnderTest {
  const secret = { apiKey: 'key', apiSecret: 'secret' };
  const transport = shipStationV1Transport({
    baseUrl,
    secret,
    now,
    timeoutMs,
    wait: async () => {},
    ...options,
  });
  const client = shipStationV1Client(transport, 'shipstation');
  onTestFinished(() => client.close());
  const attempt = { system: 'shipstation', operation: 'release order', reference: 'SO-1', writes: true };
  return {
    read: () => client.order('1'),
    write: () =>
      transport.read({ method: 'POST', path: '/orders/restorefromhold', body: {} }, z.unknown(), attempt),
  };
}

function cartRover(
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS, now = Date.now, ...options }: CallOptions = {},
): CallsUnderTest {
  const keys = { user: 'user', key: 'key' };
  const transport = cartRoverTransport({ baseUrl, keys, now, timeoutMs, wait: async () => {}, ...options });
  const client = cartRoverClient(transport, transport, 'cartrover');
  onTestFinished(() => transport.close());
  return {
    read: () => client.order('SO-1'),
    write: () => client.requestCancellation('SO-1'),
    // A GET that writes.
    startOfWrite: 'GET /v1/cart/orders/wms_cancel/',
  };
}

function extensiv(
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS, now = Date.now, ...options }: CallOptions = {},
): CallsUnderTest {
  const transport = extensivTransport({
    settings: { baseUrl, loginField: 'user_login' },
    secret: { clientId: 'client', clientSecret: 'secret', userLogin: '7' },
    // The faults are of the calls, not of the one for a token before them.
    tokens: { getToken: async () => 'token', forget: async () => {} },
    ...{ now, timeoutMs, wait: async () => {}, ...options },
  });
  const client = extensivClient(transport, 'extensiv');
  onTestFinished(() => transport.close());
  return {
    read: () => client.order('1', 'SO-1'),
    write: () => client.cancelOrder('1', 'W/"1"', 'SO-1'),
  };
}

function http(
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS, now = Date.now, ...options }: CallOptions = {},
): CallsUnderTest {
  const secrets = { signingSecret: 'a signing secret of the test', previousSigningSecret: '' };
  const wait = async () => {};
  const client = httpClient({ system: 'warehouse', baseUrl, secrets, now, timeoutMs, wait, ...options });
  onTestFinished(() => client.close());
  return {
    read: () => client.order('SO-1'),
    write: () => client.send('order.cancelled', { reference: 'SO-1' }),
  };
}

/** `done`, or the class and code of the call's error. */
export async function getOutcome(
  call: Promise<unknown>,
): Promise<{ kind: string; code?: string | undefined }> {
  return call.then(
    () => ({ kind: 'done' }),
    (error: unknown) => {
      if (!(error instanceof UpstreamError)) throw error;
      return { kind: error.kind, code: error.details.code };
    },
  );
}
