import { manualTimeline } from 'dear-sandbox/kit';
import { type ShipStationV1SandboxOptions, startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { onTestFinished } from 'vitest';

export const PAIR = { apiKey: 'sandbox-key', apiSecret: 'sandbox-secret' };
export const AUTHORIZATION = `Basic ${Buffer.from('sandbox-key:sandbox-secret').toString('base64')}`;
/** 09:15 on a winter morning in California. */
export const MORNING = Date.UTC(2026, 0, 5, 17, 15);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer.
  readonly body: any;
}

export interface Harness {
  readonly timeline: ReturnType<typeof manualTimeline>;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** As `call`; a failure fails the test. @returns the body */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer.
  ok(method: string, path: string, body?: unknown): Promise<any>;
}

/** A sandbox of its own for a test, closed at its end. */
export async function startHarness(options: Partial<ShipStationV1SandboxOptions> = {}): Promise<Harness> {
  const timeline = manualTimeline(MORNING);
  const sandbox = await startShipStationV1Sandbox({ port: 0, ...PAIR, timeline, ...options });
  onTestFinished(() => sandbox.close());
  const call: Harness['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(path, sandbox.url), {
      method,
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: toJson(text) };
  };
  return {
    timeline,
    url: sandbox.url,
    call,
    ok: async (method, path, body) => {
      const answer = await call(method, path, body);
      if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer.body;
    },
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An order as a client creates it. */
export function order(fields: object = {}): object {
  const address = {
    name: 'Ines Okafor',
    street1: '14 Quay Street',
    city: 'Reno',
    state: 'NV',
    country: 'US',
  };
  return {
    orderNumber: 'SO-1-1',
    orderKey: 'key-1',
    orderDate: '2026-01-05T00:00:00',
    orderStatus: 'awaiting_shipment',
    billTo: { name: 'Ines Okafor' },
    shipTo: { ...address, postalCode: '89501' },
    items: [
      { lineItemKey: 'a', sku: 'CUP', name: 'Cup', quantity: 3, unitPrice: 4 },
      { lineItemKey: 'b', sku: 'BOWL', name: 'Bowl', quantity: 1, unitPrice: 9 },
    ],
    ...fields,
  };
}
