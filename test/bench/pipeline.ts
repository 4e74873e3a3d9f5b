import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { loadSettings } from '../../lib/settings/load.ts';
import { type Host, startHost } from '../../local/host.ts';
import type { InvocationReport } from '../../local/lambda/lambda-protocol.ts';
import type { Metrics } from './bench.ts';
import { getFloor } from './pipeline/measure-floor.ts';

/** Enough to have every container warm; then what is measured. */
const WARM_UP_SALES = 100;
const SALES = 400;
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
 */
export async function pipeline(): Promise<Metrics> {
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
  const countRequest = (message: unknown) => tally.addRequest(message);
  subscribe('http.server.request.start', countRequest);
  try {
    await stock(host);
    await sell(host, WARM_UP_SALES, tally);
    tally.reset();
    const before = process.cpuUsage();
    const began = performance.now();
    await sell(host, SALES, tally);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    unsubscribe('http.server.request.start', countRequest);
    const floorMs = await getFloor(host, tally.requests);
    return getMetrics(tally, { seconds, cpuMs: (user + system) / 1000, floorMs });
  } finally {
    unsubscribe('http.server.request.start', countRequest);
    await host.stop();
  }
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
  readonly seconds: number;
  /** Of the whole process. */
  readonly cpuMs: number;
  readonly floorMs: number;
}

function getMetrics(tally: Tally, { seconds, cpuMs, floorMs }: Measured): Metrics {
  const workersMs = [...tally.functions.values()].reduce((sum, one) => sum + one.cpuMs, 0);
  const functions = [...tally.functions].flatMap(([name, { cpuMs: own, invocations, starts }]) => [
    [`${name}: CPU ms a sale`, rounded(own / SALES)] as const,
    [`${name}: invocations a sale`, rounded(invocations / SALES)] as const,
    [`${name}: containers started`, starts] as const,
  ]);
  const services = [...tally.requests]
    .filter(([name, count]) => name !== '' && name !== 'http' && count >= SALES / 10)
    .map(([name, count]) => [`${name} a sale`, rounded(count / SALES)] as const);
  return {
    'sales a second': rounded(SALES / seconds),
    'workers: CPU ms a sale': rounded(workersMs / SALES),
    'workers: CPU of the floor': rounded(floorMs / SALES),
    'workers: multiple of the floor': rounded(workersMs / floorMs),
    'host without workers: CPU ms a sale': rounded((cpuMs - workersMs) / SALES),
    'provider calls a sale': rounded(tally.providerCalls / SALES),
    ...Object.fromEntries(functions),
    ...Object.fromEntries(services),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
