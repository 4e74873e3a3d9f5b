import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { requireLoopback } from '../../local/loopback.ts';

describe('requireLoopback', () => {
  it('names the part whose address is another machine', () => {
    expect(() => requireLoopback('http://sqs.us-east-1.amazonaws.com/', "The engines' endpoint")).toThrow(
      "The engines' endpoint is sqs.us-east-1.amazonaws.com",
    );
  });
});

describe('refuseConnectionsExcept', () => {
  /** In a thread of its own, as it changes how the whole thread connects. */
  const inThread = async (code: string): Promise<unknown> => {
    const module = new URL('../../local/loopback.ts', import.meta.url).href;
    const script = `
      const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(module)}).then(async ({ refuseConnectionsExcept }) => {
        refuseConnectionsExcept(['named.invalid']);
        ${code}
      }).then((value) => parentPort.postMessage(value), (error) => parentPort.postMessage(String(error.cause ?? error)));`;
    const worker = new Worker(script, { eval: true, execArgv: [], env: {} });
    const answer = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    return answer;
  };

  it.each([
    ['fetch', "return await fetch('http://unnamed.invalid/');"],
    ['fetch by https', "return await fetch('https://unnamed.invalid/');"],
    ['an address', "return await fetch('http://192.0.2.1/');"],
    [
      'node:http',
      "return await new Promise((resolve, reject) => require('node:http').get('http://unnamed.invalid/').on('error', reject));",
    ],
    [
      'node:net by port and host',
      "return await new Promise((resolve, reject) => require('node:net').connect(80, 'unnamed.invalid').on('error', reject));",
    ],
  ])('stops %s before the name is looked up', async (_, code) => {
    expect(await inThread(code)).toMatch(
      /NotLoopbackError: The local system does not connect to (unnamed.invalid|192.0.2.1)/,
    );
  });

  it('allows a named host and this machine', async () => {
    const named = await inThread("return await fetch('http://named.invalid/');");
    expect(named).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const own = await inThread(`
      const server = require('node:http').createServer((_, response) => response.end('here'));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const text = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
      server.close(); server.closeAllConnections();
      return text;`);
    expect(own).toBe('here');
  });
});
