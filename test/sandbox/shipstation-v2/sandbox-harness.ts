import { manualTimeline } from 'dear-sandbox/kit';
import {
  type LabelRow,
  type ShipmentRow,
  type ShipStationSandboxOptions,
  startShipStationSandbox,
} from 'dear-sandbox/shipstation-v2';
import { afterEach } from 'vitest';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { sampleOrder } from '../../contract/sample-order.ts';

const API_KEY = 'sandbox-key';

interface ErrorAnswer {
  errors: Array<{ error_type: string; error_code: string; message: string }>;
}
interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body & ErrorAnswer;
}

const running: Array<() => Promise<void>> = [];

export async function stopSandboxes(): Promise<void> {
  for (const close of running.splice(0)) await close();
}
afterEach(stopSandboxes);

/** A started sandbox, on a clock moved by hand, and the calls that tests make of it. */
export async function startSandbox(options: Partial<ShipStationSandboxOptions> = {}) {
  const timeline = manualTimeline();
  const sandbox = await startShipStationSandbox({ port: 0, apiKey: API_KEY, timeline, ...options });
  running.push(sandbox.close);
  const call = async <Body = unknown>(method: string, path: string, body?: unknown, key = API_KEY) => {
    const response = await fetch(new URL(path, sandbox.url), {
      method,
      headers: { 'api-key': key, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer } as Answer<Body>;
  };
  const create = (row: object) =>
    call<{ has_errors: boolean; shipments: Array<ShipmentRow & { errors: string[] }> }>(
      'POST',
      '/v2/shipments',
      {
        shipments: [row],
      },
    );
  const createOne = async (reference: string, overrides: object = {}) =>
    (await create({ ...shipmentBody(reference), ...overrides })).body.shipments[0]!;
  const buyLabel = async (id: string, body: object = {}) =>
    (await call<LabelRow>('POST', `/v2/labels/shipment/${id}`, body)).body;
  const shipmentById = async (id: string) => (await call<ShipmentRow>('GET', `/v2/shipments/${id}`)).body;
  return { ...sandbox, timeline, call, create, createOne, buyLabel, shipmentById };
}

/** A request that the sandbox accepts. */
export function shipmentBody(reference: string) {
  return toShipStationOrder(sampleOrder({ reference }), { warehouseId: 'se-1001' });
}
