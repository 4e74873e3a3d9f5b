import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ClosingList } from './closing-list.ts';
import type { HttpApi } from './http/http-api.ts';
import { type EventSourceMappingOptions, startEventSourceMapping } from './lambda/event-source-mapping.ts';
import { type Functions, shortName } from './lambda/functions.ts';
import type { Output } from './output.ts';
import type { Timeline } from './sandbox/timeline.ts';
import { startSchedules } from './schedules/schedules.ts';
import type { Stack } from './template/stack.ts';

/** How long a stop waits for batches in work. */
const STOP_LIMIT_MS = 5000;

export interface ServeOptions {
  readonly stack: Stack;
  readonly functions: Functions;
  readonly api: HttpApi;
  readonly sqs: SQSClient;
  readonly output: Output;
  readonly timeline: Timeline;
  /** Told by `GET /health`. */
  readonly urls: object;
}

/**
 * From now on events reach the functions: requests, messages and schedules.
 * @throws {ScheduleExpressionError}
 */
export function serveStack(options: ServeOptions, closing: ClosingList): void {
  const { stack, functions, api, sqs, output, timeline, urls } = options;
  const problemOf = (source: string) => (error: unknown) => output.problem(source, error);
  api.serve({
    routes: stack.routes,
    invoke: functions.invoke,
    onError: problemOf('http-api'),
    urls,
  });
  const mappings = stack.eventSourceMappings.map((definition) => {
    const mapping: EventSourceMappingOptions = {
      definition,
      sqs,
      invoke: (event) => functions.invoke(definition.functionName, event),
      onError: problemOf(shortName(stack.name, definition.functionName)),
    };
    return startEventSourceMapping(mapping);
  });
  closing.add(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop(STOP_LIMIT_MS)));
  });
  closing.add(
    startSchedules({ definitions: stack.schedules, sqs, timeline, onError: problemOf('scheduler') }),
  );
}
