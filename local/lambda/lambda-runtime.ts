import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import { refuseConnectionsExcept } from '../loopback.ts';
import type { ContainerStart, Invocation, InvocationReport, Report } from './lambda-protocol.ts';

/** Runs in a container's thread: loads the bundle once, then handles one invocation at a time. */

type Handler = (event: unknown, context: Context) => unknown;

const start: ContainerStart = workerData;
const report = (message: Report) => parentPort?.postMessage(message);

refuseConnectionsExcept(start.allowedHosts);
try {
  const handler = await loadHandler();
  parentPort?.on('message', (invocation: Invocation) => invoke(handler, invocation));
  report({ kind: 'ready' });
} catch (error) {
  report({ kind: 'broken', error: describeError(error) });
}

async function loadHandler(): Promise<Handler> {
  const [file = '', name = ''] = start.handler.split('.');
  const module = await import(pathToFileURL(join(start.directory, `${file}.mjs`)).href);
  if (typeof module[name] === 'function') return module[name];
  throw new Error(`${file}.mjs exports no function named ${name}`);
}

async function invoke(handler: Handler, { requestId, event }: Invocation): Promise<void> {
  const deadline = Date.now() + start.timeoutMs;
  const begun = process.threadCpuUsage();
  try {
    const result = await handler(JSON.parse(event), createContext(requestId, deadline));
    report({ kind: 'succeeded', requestId, result: JSON.stringify(result) ?? 'null', ...usageSince(begun) });
  } catch (error) {
    report({ kind: 'failed', requestId, error: describeError(error), ...usageSince(begun) });
  }
}

let isFirst = true;

function usageSince(begun: NodeJS.CpuUsage): InvocationReport {
  const used = { cpuMs: toMs(process.threadCpuUsage(begun)), ...(isFirst && { initCpuMs: toMs(begun) }) };
  isFirst = false;
  return used;
}

function toMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function createContext(requestId: string, deadline: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: noCallbacks,
    fail: noCallbacks,
    succeed: noCallbacks,
  };
}

function noCallbacks(): never {
  throw new Error('Node.js 24 on Lambda has no callbacks: return a promise');
}

function describeError(error: unknown): { name: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return { name: error.name, message: error.message, stack: error.stack ?? '' };
}
