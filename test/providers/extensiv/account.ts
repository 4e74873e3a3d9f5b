import { type ExtensivSandboxOptions, type OrderRecord, startExtensivSandbox } from 'dear-sandbox/extensiv';
import { manualTimeline } from 'dear-sandbox/kit';
import { onTestFinished } from 'vitest';
import { extensiv } from '../../../lib/providers/extensiv/provider.ts';
import type { ExtensivSettings } from '../../../lib/providers/extensiv/settings.ts';
import { sandboxCaller } from '../../contract/sandbox-caller.ts';

export const SECRET = { clientId: 'client', clientSecret: 'secret', userLogin: '7' };
export const MINUTE = 60_000;

interface AccountOptions extends Partial<Omit<ExtensivSettings, 'baseUrl'>> {
  /** ms since the epoch at which the clock starts. */
  readonly at?: number;
  readonly sandboxOptions?: Partial<ExtensivSandboxOptions>;
}

/** A provider on a sandbox of its own, until the test ends. */
export async function openAccount({ at, sandboxOptions, ...own }: AccountOptions = {}) {
  const timeline = manualTimeline(at);
  const customers = [{ id: 12, name: 'Lamps', facilities: [{ id: 1, name: 'Reno' }] }];
  const sandbox = await startExtensivSandbox({
    ...{ port: 0, credentials: SECRET, timeline, customers },
    ...sandboxOptions,
  });
  const place = { customerId: '12', facilityId: '1', timeZone: 'UTC', callsPerMinute: 400 };
  const forms = { loginField: 'user_login', batchIs: 'lot' } as const;
  const settings = { baseUrl: sandbox.url, ...place, ...forms, ...own };
  const provider = extensiv({ system: 'extensiv', settings, secret: SECRET, now: timeline.now });
  onTestFinished(async () => {
    await provider.close();
    await sandbox.close();
  });
  const call = sandboxCaller(sandbox.url);
  return {
    provider,
    timeline,
    settings,
    url: sandbox.url,
    calls: sandbox.calls,
    setTo: (change: object) => call('PATCH', '/sandbox/settings', change),
    fault: (fault: object) => call('POST', '/sandbox/faults', fault),
    putStock: (row: object) => call('PATCH', '/sandbox/stock', { customerId: 12, facilityId: 1, ...row }),
    act: <Answer = unknown>(id: string, step: string, body: object = {}) =>
      call<Answer>('POST', `/sandbox/orders/${id}/${step}`, body),
    orders: async () => (await call<{ orders: OrderRecord[] }>('GET', '/sandbox/orders')).orders,
    tokenCalls: () => sandbox.calls().filter(({ path }) => path === '/AuthServer/api/Token').length,
  };
}
