import { createVerify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

interface Delivery {
  readonly signature: string;
  readonly body: string;
}

/** A receiver that refuses the first deliveries. */
async function startReceiver(refusals: number) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    deliveries.push({ signature: String(request.headers.signature), body });
    response.writeHead(deliveries.length > refusals ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, deliveries };
}

it('signs its events with the key that it gives, and repeats the same event until it is taken', async () => {
  const receiver = await startReceiver(1);
  const { call, create, timeline } = await startSandbox({ webhooks: [receiver.url] });
  await create('SO-1-1');
  await timeline.advance(1_000);
  await expect.poll(() => receiver.deliveries).toHaveLength(1);
  await timeline.advance(10_000);
  await expect.poll(() => receiver.deliveries).toHaveLength(2);
  const [first, second] = receiver.deliveries;
  expect(second).toEqual(first);
  expect(JSON.parse(first!.body)).toMatchObject({ eventType: 'OrderCreate' });
  const { publicKey } = (await call('GET', '/events/webhook/key')).body as unknown as { publicKey: string };
  const isGenuine = (body: string) =>
    createVerify('RSA-SHA256').update(body).verify(publicKey, first!.signature, 'base64');
  expect([isGenuine(first!.body), isGenuine(`${first!.body} `)]).toEqual([true, false]);
  await timeline.advance(3_600_000);
  expect(receiver.deliveries).toHaveLength(2);
});

it('gives its key with a token only, unless it is set otherwise', async () => {
  const { url, setTo } = await startSandbox();
  const status = async () => (await fetch(`${url}/events/webhook/key`)).status;
  expect(await status()).toBe(401);
  await setTo({ keyIsPublic: true });
  expect(await status()).toBe(200);
});
