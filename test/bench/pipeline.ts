import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { loadSettings } from '../../lib/settings/load.ts';
import { type Host, startHost } from '../../local/host.ts';
import type { InvocationReport } from '../../local/lambda/lambda-protocol.ts';
import type { Metrics } from './bench.ts';
import { startFloor } from './pipeline/measure-floor.ts';

/** How many sales have every container warm, and then how many are measured in each round. */
const FULL = { warmUp: 100, rounds: 5, sales: 100 } as const;
const QUICK = { warmUp: 25, rounds: 1, sales: 40 } as const;
type Size = typeof FULL | typeof QUICK;
const AT_ONCE = 25;
const LOCATION = 'ShipStation Austin';
/** The most that the settings take: the vendors' limits are not what is measured. */
const CALLS_PER_MINUTE = 6_000;
const PROVIDER_PATH = /^\/v2\//;

/**
 * Sales from webhook to confirmed shipment through the local host: how many a second, and what CPU time a sale takes of the
 * workers' threads and of the rest of the host (sandboxes, engines, queue pollers). The workers' is also given as a multiple
 * of a floor, which makes the same calls of DynamoDB, SQS, Secrets Manager and HTTP in the same kind of container without
 * any rules. CPU times hardly depend on what else the machine does; sales a second do.
 * @param isQuick one round of fewer
 */
export async function pipeline(isQuick: boolean): Promise<Metrics> {
  const tally = newTally();
  const { connections, ...settings } = await loadSettings('bridge.config.ts');
  const host = await startHost({
    settings: { ...settings, connections: connections.slice(0, 1) },
    stateDirectory: null,
    callsPerMinute: CALLS_PER_MINUTE,
    shipsByItself: { afterMs: 500 },
    onEvent: ({ message, outcome }) => {
      if (message === 'shipment.confirmed' && outcome === 'confirmed') tally.confirmed += 1;
    },
    onReport: (name, report) => tally.add(name, report),
  });
  try {
    await stock(host);
    const size = isQuick ? QUICK : FULL;
    await sell(host, size.warmUp, tally);
    return getMedians(await measureRounds(host, tally, size));
  } finally {
    await host.stop();
  }
}

async function measureRounds(host: Host, tally: Tally, { rounds: count, sales }: Size): Promise<Metrics[]> {
  const floor = await startFloor(host);
  try {
    const rounds: Metrics[] = [];
    for (let round = 0; round < count; round += 1) {
      const measured = await measureSales(host, tally, sales);
      const floorMs = await floor.measure(tally.requests);
      rounds.push(getMetrics(tally, { ...measured, sales, floorMs }));
    }
    return rounds;
  } finally {
    await floor.stop();
  }
}

async function measureSales(host: Host, tally: Tally, sales: number) {
  const countRequest = (message: unknown) => tally.addRequest(message);
  tally.reset();
  subscribe('http.server.request.start', countRequest);
  try {
    const before = process.cpuUsage();
    const began = performance.now();
    await sell(host, sales, tally);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { seconds, cpuMs: (user + system) / 1000 };
  } finally {
    unsubscribe('http.server.request.start', countRequest);
  }
}

/** Of each metric; a round that did not have it counts as 0. */
function getMedians(rounds: readonly Metrics[]): Metrics {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  const getMedian = (name: string) =>
    rounds.map((round) => round[name] ?? 0).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return Object.fromEntries([...names].map((name) => [name, getMedian(name)]));
}

interface Tally {
  confirmed: number;
  readonly functions: Map<string, { cpuMs: number; invocations: number; starts: number }>;
  /** Operation of an AWS service, or `http` for a vendor's API → how often it was asked for. */
  readonly requests: Map<string, number>;
  providerCalls: number;
  add(name: string, report: InvocationReport): void;
  addRequest(message: unknown): void;
  reset(): void;
}

function newTally(): Tally {
  const tally: Tally = {
    confirmed: 0,
    functions: new Map(),
    requests: new Map(),
    providerCalls: 0,
    add: (name, { cpuMs, initCpuMs }) => {
      const sum = tally.functions.get(name) ?? { cpuMs: 0, invocations: 0, starts: 0 };
      tally.functions.set(name, {
        cpuMs: sum.cpuMs + cpuMs,
        invocations: sum.invocations + 1,
        starts: sum.starts + (initCpuMs === undefined ? 0 : 1),
      });
    },
    addRequest: (message) => {
      const request = Object(message).request;
      if (!(request instanceof IncomingMessage)) return;
      const path = (request.url ?? '').toLowerCase();
      const target =
        String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '';
      if (PROVIDER_PATH.test(path)) tally.providerCalls += 1;
      const isApi = PROVIDER_PATH.test(path) || path.startsWith('/externalapi/');
      const name = target === '' && isApi ? 'http' : target;
      tally.requests.set(name, (tally.requests.get(name) ?? 0) + 1);
    },
    reset: () => {
      tally.functions.clear();
      tally.requests.clear();
      tally.providerCalls = 0;
    },
  };
  return tally;
}

async function stock(host: Host): Promise<void> {
  const answer = await fetch(`${host.urls.dearScreens}/sandbox/stock`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku: 'TRL-MUG-350', location: LOCATION, onHand: 1_000_000 }),
  });
  if (!answer.ok) throw new Error(`The sandbox takes no stock: ${await answer.text()}`);
}

/** Resolves when DEAR shows all of them shipped. */
async function sell(host: Host, sales: number, tally: Tally): Promise<void> {
  const wanted = tally.confirmed + sales;
  const workerData = { origin: host.urls.dearScreens, location: LOCATION, sales, atOnce: AT_ONCE };
  const seller = new Worker(new URL('./pipeline/seller.ts', import.meta.url), { workerData });
  const failed = new Promise<never>((_, reject) => seller.once('error', reject));
  while (tally.confirmed < wanted) await Promise.race([delay(20), failed]);
}

interface Measured {
  readonly sales: number;
  readonly seconds: number;
  /** Of the whole process. */
  readonly cpuMs: number;
  readonly floorMs: number;
}

function getMetrics(tally: Tally, { sales, seconds, cpuMs, floorMs }: Measured): Metrics {
  const workersMs = [...tally.functions.values()].reduce((sum, one) => sum + one.cpuMs, 0);
  const functions = [...tally.functions].flatMap(([name, { cpuMs: own, invocations, starts }]) => [
    [`${name}: CPU ms a sale`, rounded(own / sales)] as const,
    [`${name}: invocations a sale`, rounded(invocations / sales)] as const,
    [`${name}: containers started`, starts] as const,
  ]);
  const services = [...tally.requests]
    .filter(([name, count]) => name !== '' && name !== 'http' && count >= sales / 10)
    .map(([name, count]) => [`${name} a sale`, rounded(count / sales)] as const);
  return {
    'sales a second': rounded(sales / seconds),
    'workers: CPU ms a sale': rounded(workersMs / sales),
    'workers: CPU of the floor': rounded(floorMs / sales),
    'workers: multiple of the floor': rounded(workersMs / floorMs),
    'host without workers: CPU ms a sale': rounded((cpuMs - workersMs) / sales),
    'provider calls a sale': rounded(tally.providerCalls / sales),
    ...Object.fromEntries(functions),
    ...Object.fromEntries(services),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
