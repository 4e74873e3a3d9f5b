import {
  type CartRoverSandboxOptions,
  type OrderRecord,
  startCartRoverSandbox,
} from 'dear-sandbox/cartrover';
import { manualTimeline } from 'dear-sandbox/kit';
import { onTestFinished } from 'vitest';
import type { RateBudget } from '../../../lib/domain/rate-budget.ts';
import { cartRover } from '../../../lib/providers/cartrover/provider.ts';
import type { CartRoverSecret } from '../../../lib/providers/cartrover/settings.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { sandboxCaller } from '../../contract/sandbox-caller.ts';

export const KEYS = { user: 'cart-user', key: 'cart-key' };

interface AccountOptions {
  readonly sandbox?: Partial<CartRoverSandboxOptions>;
  readonly secret?: Partial<CartRoverSecret>;
  readonly pageSize?: number;
  readonly budget?: RateBudget;
  readonly takesOver?: boolean;
}

/** A CartRover account with its provider, on a clock moved by hand; all of it ends with the test. */
export async function openAccount({ sandbox: ofSandbox, secret, ...options }: AccountOptions = {}) {
  const timeline = manualTimeline();
  const sandbox = await startCartRoverSandbox({
    port: 0,
    cart: KEYS,
    timeline,
    warehouses: ['EAST', 'WEST'],
    ...ofSandbox,
  });
  const provider = cartRover({
    system: 'cartrover',
    settings: { baseUrl: sandbox.url, warehouse: 'EAST', sendsWarehouse: true },
    secret: { apiUser: KEYS.user, apiKey: KEYS.key, ...secret },
    now: timeline.now,
    wait: async () => {},
    ...options,
  });
  onTestFinished(async () => {
    await provider.close();
    await sandbox.close();
  });
  const call = sandboxCaller(sandbox.url);
  return {
    provider,
    timeline,
    url: sandbox.url,
    submit: async (reference: string) => void (await provider.submit(sampleOrder({ reference }))),
    /** A step of CartRover's staff or the warehouse's. */
    act: (reference: string, step: string, body: object = {}) =>
      call<{ trackingNumber: string }>(
        'POST',
        `/sandbox/orders/${encodeURIComponent(reference)}/${step}`,
        body,
      ),
    /** Another cart of the merchant brings an order in. */
    importOrder: (fields: object) => call('POST', '/sandbox/orders', fields),
    setTo: (settings: object) => call('PATCH', '/sandbox/settings', settings),
    fault: (fault: object) => call('POST', '/sandbox/faults', fault),
    putStock: (row: object) => call('PATCH', '/sandbox/stock', row),
    orders: async () => (await call<{ orders: OrderRecord[] }>('GET', '/sandbox/orders')).orders,
    /** The calls of a path, by a part of it. */
    callsTo: (path: string) => sandbox.calls().filter((one) => one.path.includes(path)),
  };
}
