import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobRequest } from '../../lib/messaging/messages.ts';
import { jobsPublisher } from '../../lib/messaging/publishers.ts';
import type { LogRecord } from '../../local/output.ts';
import { confirmed, eventually, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem();
});
afterAll(async () => {
  await system?.host.stop();
});

/** Requests a job as a person does, and waits for its log line. */
async function run(request: JobRequest, event: string): Promise<LogRecord> {
  const earlier = system.events.length;
  const { clients, queues } = system.host;
  await jobsPublisher(clients.sqs, queues.jobs?.url ?? '').publish(request);
  return eventually(async () => system.events.slice(earlier).find(({ message }) => message === event));
}

it('refresh-catalogue, refresh-tracking and probe run as deployed', async () => {
  const connection = system.connection.id;
  const refreshed = await run({ job: 'refresh-catalogue', connection }, 'catalogue.refreshed');
  expect(refreshed).toMatchObject({ outcome: 'finished', skus: expect.any(Number) });
  expect(refreshed.skus).toBeGreaterThan(0);

  const { number } = await system.dear.authoriseSale({
    location: system.connection.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
  });
  const reference = `${number}-1`;
  const order = await eventually(async () => (await system.bench.ordersFor(reference))[0]);
  await system.bench.ship(order.id);
  await confirmed(system, reference);
  expect(await run({ job: 'refresh-tracking', connection }, 'tracking.refreshed')).toMatchObject({
    outcome: 'finished',
    orders: 1,
    delivered: 0,
  });

  expect(await run({ job: 'probe', connection: '' }, 'serviceLevels.measured')).toMatchObject({
    outcome: 'finished',
    OldestUnsubmittedSaleSeconds: 0,
    OldestUnconfirmedShipmentSeconds: 0,
    OrdersFailed: 0,
    deadLetters: 0,
  });
});

it('sweep-sales and check-webhooks run as deployed', async () => {
  const url = `${system.host.urls.dearScreens}/sandbox/sales`;
  const body = JSON.stringify({
    location: system.connection.location,
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
  });
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await run({ job: 'sweep-sales', connection: '' }, 'sales.swept')).toMatchObject({
    outcome: 'finished',
    pages: 1,
    tooRecent: expect.any(Number),
    missedWebhooks: 0,
  });
  const checked = await run({ job: 'check-webhooks', connection: '' }, 'webhooks.checked');
  expect(checked).toMatchObject({ outcome: 'finished', drifted: 0 });
  expect(checked.inOrder).toBeGreaterThan(3);
});
