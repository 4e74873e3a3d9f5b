import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Throttled } from '../../../lib/domain/errors.ts';
import { shipStationV1 } from '../../../lib/providers/shipstation-v1/provider.ts';
import { RecordingBudget } from '../../fakes/recording-budget.ts';
import { PAIR } from './account.ts';

async function serving(status: number, headers: Record<string, string>): Promise<string> {
  const body = JSON.stringify({ orders: [], total: 0, page: 1, pages: 0, message: 'Too Many Requests' });
  const server = createServer((_request, response) => void response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const toHeaders = (remaining: number, reset: string) => ({
  'x-rate-limit-limit': '40',
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': reset,
});

it.each<[string, number, Record<string, string>, Array<number | null>]>([
  ['a success with calls left: not at all', 200, toHeaders(7, '20'), []],
  ['the last call that is allowed, before one is refused', 200, toHeaders(0, '20'), [20_000]],
  ['a refusal, by its reset', 429, toHeaders(0, '20'), [20_000]],
  ['a refusal, by Retry-After where it has one', 429, { ...toHeaders(0, '20'), 'retry-after': '7' }, [7_000]],
  ['a refusal without a time', 429, {}, [null]],
  ['a refusal with an unreadable reset', 429, toHeaders(0, 'soon'), [null]],
])('the budget slows all workers of the account down after %s', async (_, status, headers, slowDowns) => {
  const settings = {
    baseUrl: await serving(status, headers),
    storeId: 77002,
    tagIds: [],
    costCurrency: 'USD',
    callsPerMinute: 40,
  };
  const budget = new RecordingBudget();
  const provider = shipStationV1({ system: 'lantern', settings, secret: PAIR, now: () => 0, budget });
  onTestFinished(() => provider.close());
  const found = await provider.find('SO-1-1').catch((error: unknown) => error);
  if (status === 429) expect(found).toBeInstanceOf(Throttled);
  else expect(found).toEqual([]);
  expect(budget.slowDowns).toEqual(slowDowns);
});
