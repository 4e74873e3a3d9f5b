import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ContainerOptions, LambdaContainer } from '../../../local/lambda/lambda-container.ts';
import {
  createIdleContainers,
  createLambdaFunction,
  type IdleContainers,
  type LambdaFunction,
} from '../../../local/lambda/lambda-function.ts';

let directory: string;
let lines: string[];
let container: LambdaContainer | null;
let pool: LambdaFunction | null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'container-'));
  lines = [];
  container = null;
  pool = null;
});
afterEach(async () => {
  await container?.stop();
  await pool?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function optionsFor(handler: string, changes: Partial<ContainerOptions> = {}): ContainerOptions {
  writeFileSync(join(directory, 'index.mjs'), handler);
  return {
    functionName: 'acme-worker',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:acme-worker',
    directory,
    handler: 'index.handler',
    timeoutMs: 60_000,
    memoryMegabytes: 64,
    allowedHosts: [],
    environment: { GREETING: 'hello' },
    onLine: (line) => lines.push(line),
    ...changes,
  };
}

function start(handler: string, changes: Partial<ContainerOptions> = {}): LambdaContainer {
  container = new LambdaContainer(optionsFor(handler, changes), 60_000);
  return container;
}

describe('a container', () => {
  it('passes an event, a context and only its own environment to the handler', async () => {
    const running = start(`export const handler = async (event, context) => ({
      event, keys: Object.keys(process.env), greeting: process.env.GREETING, name: context.functionName,
      arn: context.invokedFunctionArn, id: context.awsRequestId, left: context.getRemainingTimeInMillis() });`);
    const answer = await running.invoke({ parcel: 1 });
    expect(answer).toMatchObject({
      event: { parcel: 1 },
      keys: ['GREETING'],
      greeting: 'hello',
      name: 'acme-worker',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:acme-worker',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer).toHaveProperty(
      'left',
      expect.toSatisfy((left: number) => left > 30_000 && left <= 60_000),
    );
  });

  it('keeps the handler’s state between invocations', async () => {
    const running = start('let count = 0; export const handler = async () => ++count;');
    expect([await running.invoke({}), await running.invoke({})]).toEqual([1, 2]);
  });

  it('passes on both streams line by line', async () => {
    const running = start(
      "export const handler = async () => { console.log('one\\ntwo'); process.stdout.write('thr'); console.error('bad'); process.stdout.write('ee\\n'); };",
    );
    await running.invoke({});
    await expect.poll(() => [...lines].sort()).toEqual(['bad', 'one', 'three', 'two']);
  });

  it('reports an error of the handler and continues', async () => {
    const running = start(
      "export const handler = async ({ fail }) => { if (fail) throw new RangeError('too far'); return 'fine'; };",
    );
    await expect(running.invoke({ fail: true })).rejects.toMatchObject({
      type: 'RangeError',
      message: 'acme-worker: RangeError: too far',
    });
    expect(await running.invoke({})).toBe('fine');
  });

  it('ends when the function times out, even in a loop that never yields', async () => {
    const running = start("console.log('loaded'); export const handler = () => { for (;;); };", {
      timeoutMs: 200,
    });
    await expect(running.invoke({})).rejects.toMatchObject({
      type: 'Sandbox.Timedout',
      message: expect.stringContaining('Task timed out after 0.20 seconds'),
    });
    expect(running.alive).toBe(false);
  });

  it.each([
    ['ends its process', 'export const handler = () => process.exit(3);', 'Runtime.ExitError'],
    [
      'rejects without a handler',
      "export const handler = () => new Promise(() => { Promise.reject(new Error('lost')); });",
      'Runtime.ExitError',
    ],
    [
      'uses up its memory',
      'const hoard = []; export const handler = () => { for (;;) hoard.push(new Array(1e5).fill({})); };',
      'Runtime.ExitError',
    ],
    [
      'cannot be loaded',
      "import '../missing.mjs'; export const handler = () => {};",
      'Runtime.ImportModuleError',
    ],
    ['has no handler', 'export const other = 1;', 'Runtime.ImportModuleError'],
  ])('fails the invocation where the function %s', async (_, handler, type) => {
    const running = start(handler);
    await expect(running.invoke({})).rejects.toMatchObject({ type });
    expect(running.alive).toBe(false);
  });

  it('refuses connections to machines that the settings do not name', async () => {
    const running = start(
      "export const handler = () => fetch('http://unnamed.invalid/').catch((error) => { throw error.cause; });",
    );
    await expect(running.invoke({})).rejects.toThrow('does not connect to unnamed.invalid');
  });
});

describe('a function', () => {
  const COUNTING = 'let count = 0; export const handler = async () => ({ count: ++count });';

  const getPermit = () => join(directory, 'may-load');
  /** Loads once there is a permit. */
  const LOADING_WITH_PERMIT = `
    import { existsSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { threadId } from 'node:worker_threads';
    while (!existsSync(new URL('./may-load', import.meta.url))) await sleep(20);
    export const handler = () => sleep(100, threadId);`;

  /** @param act is called for each container */
  function counting(act: (started: number) => void): IdleContainers {
    let started = 0;
    return {
      ...createIdleContainers(),
      started: () => {
        started += 1;
        act(started);
      },
    };
  }

  it('reuses a free container', async () => {
    pool = createLambdaFunction(optionsFor(COUNTING), 3, 60_000);
    expect([await pool.invoke({}), await pool.invoke({})]).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it('has at most the allowed number of containers', async () => {
    // An invocation ends when the test says so: not before a second container, however slow its start, has one too.
    const handler = `import { BroadcastChannel, threadId } from 'node:worker_threads';
      export const handler = () => new Promise((resolve) => {
        const channel = new BroadcastChannel('${directory}');
        channel.onmessage = ({ data }) => {
          if (data !== 'end') return;
          channel.close();
          resolve(threadId);
        };
        channel.postMessage('began');
      });`;
    const channel = new BroadcastChannel(directory);
    onTestFinished(() => channel.close());
    let [began, containers] = [0, 0];
    channel.onmessage = () => {
      began += 1;
      if (began >= 2) channel.postMessage('end');
    };
    const counted = counting((started) => {
      containers = started;
    });
    pool = createLambdaFunction(optionsFor(handler), 2, 60_000, counted);
    const threads = await Promise.all([1, 2, 3, 4].map(() => pool?.invoke({})));
    expect([new Set(threads).size, containers]).toEqual([2, 2]);
  });

  it('passes an event to a warm container that becomes free before a new one has started', async () => {
    writeFileSync(getPermit(), '');
    pool = createLambdaFunction(optionsFor(LOADING_WITH_PERMIT), 5, 60_000);
    const first = await pool.invoke({});
    rmSync(getPermit());
    expect(await Promise.all([pool.invoke({}), pool.invoke({}), pool.invoke({})])).toEqual([
      first,
      first,
      first,
    ]);
  });

  it('repeats a start that timed out', async () => {
    const permitSecond = counting((started) => {
      if (started === 2) writeFileSync(getPermit(), '');
    });
    pool = createLambdaFunction(optionsFor(LOADING_WITH_PERMIT), 1, 300, permitSecond);
    expect(await pool.invoke({})).toEqual(expect.any(Number));
  });

  it('answers 20 events whose containers start at once and time out at first', async () => {
    const handler = `const until = performance.now() + 100; while (performance.now() < until);
      import { threadId } from 'node:worker_threads';
      export const handler = () => new Promise((resolve) => setTimeout(resolve, 100, threadId));`;
    const started = optionsFor(handler);
    const pools = Array.from({ length: 20 }, () => createLambdaFunction(started, 1, 200));
    try {
      const threads = await Promise.all(pools.map((one) => one.invoke({})));
      expect(new Set(threads).size).toBe(20);
    } finally {
      await Promise.all(pools.map((one) => one.stop()));
    }
  });

  it('fails the event where the second start times out too', async () => {
    const handler =
      'await new Promise((resolve) => setTimeout(resolve, 60_000)); export const handler = () => 1;';
    pool = createLambdaFunction(optionsFor(handler, { timeoutMs: 300 }), 1, 200);
    await expect(pool.invoke({})).rejects.toMatchObject({ type: 'Sandbox.Timedout' });
  });

  it('does not reclaim a busy container, and replaces a reclaimed one', async () => {
    const handler = `import { threadId } from 'node:worker_threads';
      export const handler = () => new Promise((resolve) => setTimeout(resolve, 200, threadId));`;
    pool = createLambdaFunction(optionsFor(handler), 1, 60_000, createIdleContainers(0, 20));
    const first = await pool.invoke({});
    expect(await pool.invoke({})).toBe(first);
    await delay(100);
    expect(await pool.invoke({})).not.toBe(first);
  });

  it('replaces a container that ended', async () => {
    const handler = 'export const handler = async ({ die }) => { if (die) process.exit(1); return 1; };';
    pool = createLambdaFunction(optionsFor(handler), 1, 60_000);
    const died = pool.invoke({ die: true });
    const next = pool.invoke({});
    await expect(died).rejects.toMatchObject({ type: 'Runtime.ExitError' });
    expect(await next).toBe(1);
    await expect(pool.invoke({ die: true })).rejects.toMatchObject({ type: 'Runtime.ExitError' });
    expect(await pool.invoke({})).toBe(1);
  });
});
