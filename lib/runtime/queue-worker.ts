import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import {
  BudgetExhausted,
  Deferred,
  isWait,
  NewerSchemaVersion,
  OperatorActionNeeded,
  toDisposition,
  Unavailable,
  UnreadableRecord,
  UpstreamError,
} from '../domain/errors.ts';
import type { LogFields } from '../domain/ports/log.ts';
import { isOutageOfAws } from './aws-clients.ts';
import type { Log } from './logger.ts';
import { type Count, type MetricName, toSystem } from './metrics.ts';

/**
 * Keeps the messages in work hidden for a short time only, and renews that while the work goes on. So they come back soon
 * after the worker was killed, however long its time limit is.
 */
export interface Heartbeat {
  readonly hiddenSeconds: number;
  readonly everyMs: number;
  /** Calls again and again. @returns stops it */
  readonly repeat: (action: () => void, everyMs: number) => () => void;
}

/**
 * Beats at once, and from then on as often as the heartbeat says, one after the other.
 * @returns stops it, and resolves once no beat is on its way
 */
async function startBeating(
  heartbeat: Heartbeat | undefined,
  beat: () => Promise<void>,
): Promise<() => Promise<void>> {
  if (heartbeat === undefined) return async () => {};
  let latest = beat();
  await latest;
  const stop = heartbeat.repeat(() => {
    latest = latest.then(beat);
  }, heartbeat.everyMs);
  return async () => {
    stop();
    await latest;
  };
}

interface QueueWorkerDeps<Message> {
  readonly schema: z.ZodType<Message>;
  /** @param messages of one group, oldest first, at least one */
  readonly process: (messages: readonly Message[]) => Promise<void>;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Counts a failure of the message. @returns how many it has now */
  readonly failures: { add(messageId: string): Promise<number> };
  readonly log: Log;
  readonly count: Count;
  readonly timeLeftMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Only where the work may take much longer than a message should stay hidden after a crash. */
  readonly heartbeat?: Heartbeat;
  /** Whether all groups of a batch are begun at the same time, because the work of several may be one call. */
  readonly isParallel?: boolean;
}

/**
 * With less than this left no further group is begun: a worker that is killed in the middle of a call to DEAR leaves its
 * message hidden for six time-outs, while one that is put back is received again at once. Up to 5 s to wait for a call's
 * slot in the budget, 10 s for its answer, and 2 s for the rest.
 */
export const TIME_FOR_A_GROUP_MS = 17_000;

/** SQS's own limit on a message's visibility, in seconds. */
const MAX_VISIBILITY = 43_200;

/**
 * Processes a batch of a FIFO queue: group by group or all groups in parallel, each group's messages together, so that ten
 * events of one sale cost one look at it. A failed group is reported as a whole and comes back in order; the others are done.
 *
 * Not Powertools' batch processor: that one calls a handler for each record, and cannot fold a group into one call.
 */
export async function processBatch<Message>(
  event: SQSEvent,
  deps: QueueWorkerDeps<Message>,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(event.Records, (record) => record.attributes.MessageGroupId ?? record.messageId);
  const batchItemFailures: SQSBatchItemFailure[] = [];
  const finish = async (records: readonly SQSRecord[], ofGroup: QueueWorkerDeps<Message>) => {
    if (await finishGroup(records, ofGroup)) return;
    batchItemFailures.push(...records.map(({ messageId }) => ({ itemIdentifier: messageId })));
  };
  if (deps.isParallel)
    await Promise.all(
      [...groups.values()].map((records) =>
        finish(records, { ...deps, log: withFields(deps.log, { group: getGroup(records) }) }),
      ),
    );
  else
    for (const records of groups.values()) {
      deps.log.setKeys({ group: getGroup(records) });
      await finish(records, deps);
    }
  return { batchItemFailures };
}

/** The keys of a log are those of all its users, so parallel work names its group in each line. */
function withFields(log: Log, fields: LogFields): Log {
  return {
    setKeys: (keys) => log.setKeys(keys),
    event: (event, own) => log.event(event, { ...fields, ...own }),
    failure: (event, error, own) => log.failure(event, error, { ...fields, ...own }),
  };
}

function getGroup([first]: readonly SQSRecord[]): string {
  return first?.attributes.MessageGroupId ?? '';
}

/**
 * Whether the group's messages are finished with. Where SQS itself cannot be reached to defer or to park them, they come back
 * by the queue's own time, and the other groups of the batch are not affected.
 */
async function finishGroup<Message>(
  records: readonly SQSRecord[],
  deps: QueueWorkerDeps<Message>,
): Promise<boolean> {
  try {
    if (deps.timeLeftMs() >= TIME_FOR_A_GROUP_MS) return await processGroup(records, deps);
    await deferGroup(records, 0, deps);
  } catch (error) {
    deps.count('UnexpectedFailure');
    deps.log.failure('message.notSettled', error, {});
  }
  return false;
}

async function processGroup<Message>(
  records: readonly SQSRecord[],
  deps: QueueWorkerDeps<Message>,
): Promise<boolean> {
  const stopBeating = await startBeating(deps.heartbeat, () => hideWhileWorking(records, deps));
  try {
    await deps.process(records.map((record) => deps.schema.parse(JSON.parse(record.body))));
    await stopBeating();
    deps.count('MessageProcessed');
    return true;
  } catch (error) {
    // First, as a beat that came later would undo the time that the failure asks for.
    await stopBeating();
    return handleFailure(error, records, deps);
  }
}

/** A beat that fails is left to the next: four fit into the time for which one hides the messages. */
async function hideWhileWorking<Message>(
  records: readonly SQSRecord[],
  deps: QueueWorkerDeps<Message>,
): Promise<void> {
  try {
    await hide(records, deps.heartbeat?.hiddenSeconds ?? 0, deps);
  } catch (error) {
    deps.log.failure('message.notHidden', error, {});
  }
}

async function handleFailure<Message>(
  failure: unknown,
  records: readonly SQSRecord[],
  deps: QueueWorkerDeps<Message>,
): Promise<boolean> {
  const error = isOutageOfAws(failure) ? toUnavailable(failure) : failure;
  const { attempt, disposition } = await judge(error, records, deps);
  countFailure(error, deps.count);
  // A deferral needs no action, so log it at INFO.
  if (error instanceof Deferred || error instanceof BudgetExhausted)
    deps.log.event('message.deferred', { attempt, reason: error.message });
  else deps.log.failure('message.failed', error, { attempt, action: disposition.action });
  switch (disposition.action) {
    case 'retry':
      await deferGroup(records, disposition.afterMs, deps);
      return false;
    case 'park':
      await parkGroup(records, deps);
      return true;
  }
}

/** The table, a queue, a secret or the bucket, as the worker itself uses them. */
class OwnOutage extends Unavailable {}

function toUnavailable(cause: unknown): OwnOutage {
  return new OwnOutage({ system: 'AWS', operation: 'use the table, a queue, a secret or the bucket', cause });
}

/**
 * The wait of an outage of AWS doubles up to the one of this attempt, 4 minutes: a message whose workers died in it does not wait
 * half an hour for what is over, and its 500 receives last for 33 hours.
 */
const LAST_DOUBLED_ATTEMPT = 5;

/**
 * A wait goes by how often the message came, a failure by how often it failed: a message that waited for the budget all day,
 * or whose workers died, still has all its tries when something breaks. An outage of AWS is not counted, and where it keeps the
 * failure from being counted, the message waits for its end.
 */
async function judge<Message>(
  error: unknown,
  records: readonly SQSRecord[],
  { failures, random }: QueueWorkerDeps<Message>,
) {
  const received = Math.max(...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
  const [oldest] = records;
  const at = (attempt: number, why = error) => ({
    attempt,
    disposition: toDisposition(why, attempt, random()),
  });
  const atOutage = (why: unknown) => at(Math.min(received, LAST_DOUBLED_ATTEMPT), why);
  if (error instanceof OwnOutage) return atOutage(error);
  if (isWait(error) || oldest === undefined) return at(received);
  let counted: number;
  try {
    counted = await failures.add(oldest.messageId);
  } catch (cause) {
    const uncounted = at(received);
    return uncounted.disposition.action === 'park' ? atOutage(toUnavailable(cause)) : uncounted;
  }
  return at(counted);
}

/** The system that refused our credentials decides who has to act, so each is counted by itself. */
function countFailure(error: unknown, count: Count): void {
  const metric = getMetric(error);
  if (metric === null) return;
  if (error instanceof OperatorActionNeeded) count(metric, { system: toSystem(error.details.system) });
  else count(metric);
}

function getMetric(error: unknown): MetricName | null {
  if (error instanceof NewerSchemaVersion || error instanceof UnreadableRecord) return 'RecordUnreadable';
  if (!(error instanceof UpstreamError))
    return error instanceof Error && 'afterMs' in error ? null : 'UnexpectedFailure';
  if (error instanceof BudgetExhausted) return 'BudgetDeferred';
  const metrics = {
    throttled: 'Throttled',
    unavailable: 'Unavailable',
    ambiguous: 'AmbiguousWrite',
    operator: 'OperatorActionNeeded',
    unexpected: 'UnexpectedFailure',
    rejected: null,
  } as const;
  return metrics[error.kind];
}

/** A reported message stays hidden until its visibility ends, so setting that is how a later time is asked for. */
async function deferGroup<Message>(
  records: readonly SQSRecord[],
  afterMs: number,
  deps: QueueWorkerDeps<Message>,
) {
  await hide(records, Math.min(MAX_VISIBILITY, Math.ceil(afterMs / 1000)), deps);
  deps.count('MessageDeferred');
}

async function hide<Message>(
  records: readonly SQSRecord[],
  VisibilityTimeout: number,
  { sqs, queueUrl }: QueueWorkerDeps<Message>,
): Promise<void> {
  for (const { receiptHandle } of records) {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout,
      }),
    );
  }
}

/** Straight to the dead-letter queue, so that one message that cannot be processed does not hold up its group for hours. */
async function parkGroup<Message>(
  records: readonly SQSRecord[],
  deps: QueueWorkerDeps<Message>,
): Promise<void> {
  for (const { body, messageId, attributes } of records) {
    await deps.sqs.send(
      new SendMessageCommand({
        QueueUrl: deps.deadLetterQueueUrl,
        MessageBody: body,
        MessageGroupId: attributes.MessageGroupId,
        MessageDeduplicationId: messageId,
      }),
    );
  }
  deps.count('MessageParked');
}
