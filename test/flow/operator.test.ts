import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localSystem } from '../../local/operated.ts';
import { run } from '../../operator/cli/run.ts';
import { eventually, type LocalSystem, startLocalSystem } from './local-system.ts';

const directory = mkdtempSync(join(tmpdir(), 'bridge-operator-'));
/** Its fields are empty under what DEAR shows. */
const INCOMPLETE = {
  line1: '',
  city: '',
  postcode: '',
  displayLine1: '5 Pebble Court',
  displayLine2: 'Tulsa OK 74103',
};
const CORRECTED = [
  '--line1',
  '5 Pebble Court',
  '--city',
  'Tulsa',
  '--state-or-province',
  'OK',
  '--postcode',
  '74103',
];
let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem(directory);
});

afterAll(async () => {
  await system.host.stop();
  rmSync(directory, { recursive: true });
});

/** Types a command line at another terminal of this machine. */
async function bridge(...upstreamMessage: string[]) {
  let [out, err] = ['', ''];
  const code = await run([...upstreamMessage, '--state-dir', directory], {
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      interactive: false,
      colour: false,
      confirm: async () => false,
    },
    local: async () => localSystem,
  });
  return { code, out, err };
}

async function json(...upstreamMessage: string[]) {
  const { code, out, err } = await bridge(...upstreamMessage, '--json');
  expect([code, err.includes('    at ')]).toEqual([0, false]);
  return JSON.parse(out);
}

describe('an operator of the local system', () => {
  const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];

  it('finds a held order, reads why, corrects its address, releases it, and sees it leave', async () => {
    const { location } = system.connection;
    const { number } = await system.dear.authoriseSale({ location, lines, shippingAddress: INCOMPLETE });
    const held = await eventually(async () => (await json('orders', 'list', '--waiting', 'hold')).orders[0]);
    expect(held).toMatchObject({ reference: `${number}-1`, status: 'On Hold' });
    expect((await json('orders', 'show', held.reference)).allowed).toEqual([
      'cancel',
      'edit',
      'ship',
      'hold',
    ]);
    await json('orders', 'edit', held.reference, ...CORRECTED, '--country', 'US', '--as', 'Ada');
    await json('orders', 'ship', held.reference, '--as', 'Ada');
    await eventually(async () => (await json('orders', 'show', held.reference)).order.status === 'Shipped');
    expect(await system.bench.ordersFor(held.reference)).toHaveLength(1);
    // A function logs what it has done once it is written, which is after the order shows it.
    await eventually(async () => {
      const logged: Array<{ event: string }> = await json('logs', number);
      return logged.some(({ event }) => event === 'order.dispatched');
    });
  });

  it('pauses the connection: an order waits with a reason, and no call reaches the provider', async () => {
    const { id, location } = system.connection;
    await json('provider', 'pause', id, '--as', 'Ada');
    const { number } = await system.dear.authoriseSale({ location, lines });
    const waiting = await eventually(async () => {
      const { orders } = await json('orders', 'list', '--find', number);
      return new RegExp(`^Waiting: Ada .*paused ${id}`).test(orders[0]?.reason) && orders[0];
    });
    expect(await system.bench.ordersFor(waiting.reference)).toEqual([]);
    expect((await json('provider', 'resume', id, '--as', 'Ada')).pause).toMatchObject({
      by: expect.stringMatching(/^Ada\b/),
    });
  });

  it('redrives parked messages', async () => {
    const { deadLetterUrl } = system.host.queues['sale-events']!;
    const body = {
      saleId: 'unknown-sale',
      saleTaskId: '',
      saleOrderNumber: '',
      event: 'operator',
      trackingNumbers: [],
      receivedAt: '',
    };
    await system.host.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterUrl,
        MessageBody: JSON.stringify(body),
        MessageGroupId: 'unknown-sale',
        MessageDeduplicationId: randomUUID(),
      }),
    );
    expect(await json('queues', 'peek', 'sale-events')).toMatchObject([{ group: 'unknown-sale' }]);
    expect(await json('queues', 'redrive', 'sale-events', '--yes')).toMatchObject({ redriven: 1 });
    expect(await json('queues', 'peek', 'sale-events')).toEqual([]);
  });
});
