import { manualTimeline } from 'dear-sandbox/kit';
import { startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { onTestFinished } from 'vitest';
import { shipStationV1 } from '../../../lib/providers/shipstation-v1/provider.ts';

export const PAIR = { apiKey: 'key', apiSecret: 'secret' };
export const STORE = 77002;
export const NOON = Date.UTC(2026, 0, 5, 20);
export const MINUTE = 60_000;

/** A provider on a sandbox of its own, which is closed with the test. */
export async function openAccount({
  pageSize = 500,
  start = NOON,
}: {
  pageSize?: number;
  start?: number;
} = {}) {
  const callsPerMinute = 100_000;
  const timeline = manualTimeline(start);
  const sandbox = await startShipStationV1Sandbox({ port: 0, ...PAIR, timeline, callsPerMinute });
  const settings = { baseUrl: sandbox.url, storeId: STORE, tagIds: [1], costCurrency: 'USD', callsPerMinute };
  const provider = shipStationV1({ system: 'lantern', settings, secret: PAIR, now: timeline.now, pageSize });
  onTestFinished(async () => {
    await provider.close();
    await sandbox.close();
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer.
  const call = async (method: string, path: string, body?: object): Promise<any> => {
    const authorization = `Basic ${btoa(`${PAIR.apiKey}:${PAIR.apiSecret}`)}`;
    const response = await fetch(new URL(path, sandbox.url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  return {
    provider,
    timeline,
    url: sandbox.url,
    call,
    /** The paths that the provider called since the last time. */
    takeCalls: (() => {
      let seen = 0;
      return () => {
        const all = sandbox.calls();
        const fresh = all.slice(seen).map(({ method, path }) => `${method} ${path}`);
        seen = all.length;
        return fresh;
      };
    })(),
    staff: (path: string, body: object = {}) => call('POST', `/sandbox/${path}`, body),
    set: (settingsOfSandbox: object) => call('PATCH', '/sandbox/settings', settingsOfSandbox),
    fault: (fields: object) => call('POST', '/sandbox/faults', fields),
    order: (id: string) => call('GET', `/orders/${id}`),
  };
}
