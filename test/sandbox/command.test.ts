import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { itForSome } from '../builders/exhaustive.ts';

const BIN = fileURLToPath(new URL('../../sandbox/bin/dear-sandbox.mjs', import.meta.url));
const CREDENTIALS = { 'api-auth-accountid': 'acme', 'api-auth-applicationkey': 'key' };

type Command = ChildProcessByStdio<null, Readable, Readable>;

function start(...args: string[]): Command {
  const command = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void command.kill('SIGKILL'));
  return command;
}

/** The command ended by itself. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, 'exit'),
  ]);
  return { code, stdout, stderr };
}

async function startDear(...args: string[]) {
  const credentials = ['--account-id', 'acme', '--application-key', 'key'];
  const command = start('--port', '0', ...credentials, ...args);
  let printed = '';
  for await (const chunk of command.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (printed.includes('Press Ctrl-C')) break;
  }
  const [, url = ''] = /DEAR Inventory: (\S+)/.exec(printed) ?? [];
  const stop = async () => {
    command.kill('SIGTERM');
    const [code] = await once(command, 'exit');
    return code as number;
  };
  const read = async (path: string) => await fetch(`${url}${path}`, { headers: CREDENTIALS });
  return { printed, url, stop, read };
}

function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'dear-sandbox-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('the command dear-sandbox', () => {
  it("answers DEAR's API, fails on demand, and ends with 0 on SIGTERM", async () => {
    const { printed, url, read, stop } = await startDear();
    expect(printed).toContain('api-auth-accountid: acme');
    expect(await (await read('me')).json()).toMatchObject({ Company: 'Larkspur Trail Goods' });
    const fault = JSON.stringify({ kind: 'refuse-503', match: { path: 'me' } });
    await fetch(new URL('/sandbox/faults', url), { method: 'POST', body: fault });
    expect([(await read('me')).status, (await read('me')).status]).toEqual([503, 200]);
    expect(await stop()).toBe(0);
  });

  it('keeps state in the given directory and then refuses a seed', async () => {
    const directory = temporaryDirectory();
    const seed = join(directory, 'seed.json');
    const state = join(directory, 'state');
    writeFileSync(
      seed,
      JSON.stringify({
        locations: [{ name: 'Yard', bins: ['A-1'] }],
        products: [{ sku: 'MUG', price: 9.5, stock: { 'Yard: A-1': 5 } }],
      }),
    );
    const first = await startDear('--state', state, '--seed', seed);
    const before = await (await first.read('ref/productavailability')).json();
    expect(before).toMatchObject({
      ProductAvailabilityList: [{ SKU: 'MUG', Location: 'Yard', Bin: 'A-1', OnHand: 5 }],
    });
    await first.stop();
    const second = await startDear('--state', state);
    expect(await (await second.read('ref/productavailability')).json()).toEqual(before);
    await second.stop();
    const third = await run('--port', '0', '--state', state, '--seed', seed);
    expect(third).toMatchObject({ code: 2, stderr: expect.stringContaining('holds a state already') });
  });

  it('applies the given rate limit', async () => {
    const { read, stop } = await startDear('--rate-limit', '2');
    const statuses = [(await read('me')).status, (await read('me')).status, (await read('me')).status];
    expect(statuses).toEqual([200, 200, 429]);
    await stop();
  });

  it("serves ShipStation's API on the next port", async () => {
    const command = start('--api', 'dear', '--api', 'shipstation-v2', '--port', '0', '--api-key', 'secret');
    let printed = '';
    for await (const chunk of command.stdout) {
      printed += chunk;
      if (printed.includes('Press Ctrl-C')) break;
    }
    const [, url = ''] = /ShipStation V2: (\S+)/.exec(printed) ?? [];
    const answer = await fetch(`${url}warehouses`, { headers: { 'api-key': 'secret' } });
    expect(answer.status).toBe(200);
  });

  const MISTAKES: ReadonlyArray<[args: string[], message: string]> = [
    [['--port', 'many'], '--port many: not a whole number from 0 to 65535'],
    [['--rate-limit', '0'], '--rate-limit 0: not a whole number'],
    [['--api', 'ebay'], '--api ebay: there is no such API; use dear or shipstation-v2'],
    [['--colour'], "Unknown option '--colour'"],
    [['--seed', '/nowhere/seed.json'], '--seed: ENOENT'],
    [['--seed', 'x.json', '--api', 'shipstation-v2'], '--seed is for DEAR'],
  ];
  itForSome(MISTAKES, 3)('ends with 2 and names the mistake in %j', async ([args, message]) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('ends with 1 and names the port where another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : address);
    const { code, stderr } = await run('--port', port);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Port ${port} of 127.0.0.1 is in use. Stop the other program or choose another port.\n`,
    });
  });
});
