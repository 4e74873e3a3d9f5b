import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { shipStationV2 } from '../../../lib/providers/shipstation-v2/provider.ts';
import { RecordingBudget } from '../../fakes/recording-budget.ts';

async function serving(status: number, body: string, headers: Record<string, string>): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each<[string, number, string, Record<string, string>, Array<number | null>]>([
  ['429', 429, '{}', { 'retry-after': '7' }, [7_000]],
  ['429 without a time', 429, '', {}, [null]],
  ['another status with its code', 400, '{"errors":[{"error_code":"rate_limit_exceeded"}]}', {}, [null]],
  ['success: not at all', 200, '{}', {}, []],
  ['another refusal: not at all', 404, '{}', {}, []],
])(
  'the budget slows all workers of the account down after %s',
  async (_, status, body, headers, slowDowns) => {
    const settings = { baseUrl: await serving(status, body, headers), warehouseId: 'se-1001' };
    const budget = new RecordingBudget();
    const provider = shipStationV2({ system: 'shipstation', settings, apiKey: 'k-1', now: () => 0, budget });
    onTestFinished(() => provider.close());
    await provider.find('SO-20417-1').catch(() => {});
    expect(budget.taken).toEqual([
      { system: 'shipstation', operation: 'find shipment', reference: 'SO-20417-1' },
    ]);
    expect(budget.slowDowns).toEqual(slowDowns);
  },
);
