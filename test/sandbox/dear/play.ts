import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DearSandboxOptions, startDearSandbox } from 'dear-sandbox/dear';
import { onTestFinished } from 'vitest';

export const ACCOUNT = '0a1b2c3d-1111-4222-8333-444455556666';
export const KEY = '0a1b2c3d-9999-4888-8777-666655554444';
const HEADERS = { 'api-auth-accountid': ACCOUNT, 'api-auth-applicationkey': KEY };

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came, and fails where it is not there
  json: any;
  text: string;
  type: string;
}

export type Play = Awaited<ReturnType<typeof play>>;

/** A sandbox that ends with the test, with a caller for its API and one for its screens. */
export async function play(options: Partial<DearSandboxOptions> = {}) {
  const defaults = { port: 0, accountId: ACCOUNT, applicationKey: KEY, callsPerMinute: 1000 };
  const sandbox = await startDearSandbox({ ...defaults, ...options });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await sandbox.close();
    isOpen = false;
  };
  onTestFinished(close);
  const api = (method: string, path: string, body?: unknown, headers: Record<string, string> = HEADERS) =>
    call(`${sandbox.url}${path}`, method, body, headers);
  const screen = (method: string, path: string, body?: unknown) =>
    call(`${sandbox.origin}/sandbox/${path}`, method, body, {});
  return { ...sandbox, close, api, screen, sell: (input: object) => sell(screen, input) };
}

async function call(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(url, { method, headers, redirect: 'manual', ...content });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, text, type, json: type.includes('json') ? JSON.parse(text) : undefined };
}

async function sell(
  screen: (method: string, path: string, body?: unknown) => Promise<Answer>,
  input: object,
) {
  const lines = [{ sku: 'TRL-MUG-350', quantity: 3 }];
  const made = await screen('POST', 'sales', { location: AUSTIN, lines, authorise: true, ...input });
  if (made.status !== 201) throw new Error(made.text);
  return { id: made.json.ID as string, number: made.json.SaleOrderNumber as string, sale: made.json };
}

export const AUSTIN = 'ShipStation Austin';

export const mugs = (Quantity: number, more: object = {}) => ({
  SKU: 'TRL-MUG-350',
  Location: AUSTIN,
  Quantity,
  ...more,
});
export const getPick = (TaskID: string, Lines: object[] = [mugs(3)]) => ({
  TaskID,
  Status: 'AUTHORISED',
  Lines,
});
export const getPack = (TaskID: string, Lines: object[] = [mugs(3, { Box: 'B1' })]) => getPick(TaskID, Lines);
export const shipLine = (Box: string, TrackingNumber = `TRK-${Box}`, more: object = {}) => ({
  ShipmentDate: '2026-01-06',
  Carrier: 'UPS Ground',
  Box,
  TrackingNumber,
  IsShipped: true,
  ...more,
});
export const getShip = (TaskID: string, Lines: object[] = [shipLine('B1')], more: object = {}) => ({
  TaskID,
  Status: 'AUTHORISED',
  Lines,
  ...more,
});

/** The buttons of one sale's screen. */
export const byHand =
  ({ screen }: Play, id: string) =>
  (step: string, body?: object) =>
    screen('POST', `sales/${id}/${step}`, body);

/** What is on hand, allocated and available of the product at the place, added up. */
export async function levels({ screen }: Play, sku: string, location = AUSTIN) {
  const rows = (await screen('GET', 'stock')).json.filter(
    (row: { SKU: string; Location: string }) => row.SKU === sku && row.Location === location,
  );
  const total = (field: string) =>
    rows.reduce((sum: number, row: Record<string, number>) => sum + row[field]!, 0);
  return [total('OnHand'), total('Allocated'), total('Available')];
}

/** A webhook's receiver that answers as told and keeps what it was sent. */
export async function receiver(status: () => number | null = () => 204) {
  const received: Array<{ body: Record<string, unknown>; headers: Record<string, unknown>; path: string }> =
    [];
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('');
    received.push({
      body: text === '' ? {} : JSON.parse(text),
      headers: request.headers,
      path: request.url ?? '',
    });
    const answer = status();
    if (answer !== null) response.writeHead(answer, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

/** Asks until it is true; the test's own time limit ends a hopeless wait. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isSo: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const subscription = (ExternalURL: string, Type = 'Sale/OrderAuthorised', more: object = {}) => ({
  Type,
  IsActive: true,
  ExternalURL,
  ExternalAuthorizationType: 'bearerauth',
  ExternalBearerToken: 'moss-and-slate',
  ...more,
});
