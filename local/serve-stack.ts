import type { RequestListener } from 'node:http';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Timeline } from 'dear-sandbox/kit';
import { UserError } from '../lib/domain/errors.ts';
import { toOperator } from '../operator/record-act.ts';
import type { HttpApi } from './http/http-api.ts';
import { type Listener, listen } from './http/http-listener.ts';
import { type EventSourceMappingOptions, startEventSourceMapping } from './lambda/event-source-mapping.ts';
import { type Functions, shortName } from './lambda/functions.ts';
import type { Output } from './output.ts';
import { type SentRuns, startSchedules } from './schedules.ts';
import type { Stack } from './template/stack.ts';

/** How long a stop waits for batches in progress. */
const STOP_LIMIT_MS = 5000;

interface ServeOptions {
  readonly stack: Stack;
  readonly functions: Functions;
  readonly api: HttpApi;
  /** A client of SQS in the name of a role. */
  readonly sqsOf: (role: string) => SQSClient;
  readonly output: Output;
  readonly timeline: Timeline;
  readonly sentRuns: SentRuns;
  /** The answer of `GET /health`. */
  readonly urls: object;
}

/**
 * Starts to deliver events to the functions: requests, messages and schedules.
 * @throws {ScheduleExpressionError}
 */
export function serveStack(options: ServeOptions, closing: AsyncDisposableStack): void {
  const { stack, functions, api, sqsOf, output, timeline, sentRuns, urls } = options;
  const toErrorHandler = (source: string) => (error: unknown) => output.problem(source, error);
  api.serve({
    routes: stack.routes.map((route) => ({ ...route, timeoutMs: route.timeoutMs * functions.slowness })),
    invoke: functions.invoke,
    onError: toErrorHandler('http-api'),
    urls,
  });
  const mappings = stack.eventSourceMappings.map((definition) => {
    const mapping: EventSourceMappingOptions = {
      definition,
      sqs: sqsOf(definition.role),
      invoke: (event) => functions.invoke(definition.functionName, event),
      onError: toErrorHandler(shortName(stack.name, definition.functionName)),
    };
    return startEventSourceMapping(mapping);
  });
  closing.defer(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop(STOP_LIMIT_MS)));
  });
  closing.defer(
    startSchedules({
      definitions: stack.schedules,
      sqsOf,
      timeline,
      sentRuns,
      onError: toErrorHandler('scheduler'),
    }),
  );
}

/**
 * Serves the operator's console of the system that runs on the directory. It is loaded with its first request, so that a
 * start does not wait for it.
 * @throws {PortInUseError}
 */
export async function serveLocalConsole(directory: string, port: number): Promise<Listener> {
  let opened: Promise<OpenConsole> | null = null;
  const answer: RequestListener = async (request, response) => {
    try {
      opened ??= openConsole(directory);
      (await opened).listener(request, response);
    } catch (error) {
      opened = null;
      // Any other error is a fault of this program, so its stack is printed.
      console.error(error instanceof UserError ? error.message : error);
      response.writeHead(502).end('The console could not be opened; the terminal of `npm start` says why.\n');
    }
  };
  const { url, close } = await listen(answer, port, 'the console');
  return {
    url,
    close: async () => {
      await close();
      await (await opened?.catch(() => null))?.close();
    },
  };
}

interface OpenConsole {
  readonly listener: RequestListener;
  close(): Promise<void>;
}

async function openConsole(stateDirectory: string): Promise<OpenConsole> {
  const [{ openLocalBridge }, { loadConsole }] = await Promise.all([
    import('./operated-bridge.ts'),
    import('../operator/console/load.ts'),
  ]);
  const { consoleDeps, consoleListener } = await loadConsole();
  const bridge = openLocalBridge(stateDirectory);
  const deps = consoleDeps(bridge, toOperator(bridge.caller));
  return { listener: consoleListener(deps, false).listener, close: bridge.close };
}
