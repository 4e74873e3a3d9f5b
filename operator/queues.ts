import { isoTime } from '../lib/domain/clock.ts';
import { ACCOUNT_JOBS, CONNECTION_JOBS, jobMessage } from '../lib/messaging/messages.ts';
import type { Bridge } from './bridge.ts';
import type { OperatedQueue, ParkedMessage, QueueDepth } from './operated-queue.ts';
import { type Operator, recordAct } from './record-act.ts';
import { QUEUE_NAMES, type QueueName } from './stack/stack-outputs.ts';
import { NotFound } from './user-errors.ts';

/** Whether it is safe to send a queue's parked messages again. */
export interface RedriveSafety {
  /** `looks`: the worker only reads again. `writes`: it continues with writes to DEAR or a provider. */
  readonly kind: 'looks' | 'writes';
  readonly why: string;
}

export const REDRIVE_SAFETY: Readonly<Record<QueueName, RedriveSafety>> = {
  'sale-events': {
    kind: 'looks',
    why: 'the sale is read and compared again, and nothing is written twice',
  },
  fulfillment: {
    kind: 'writes',
    why: 'orders continue to their provider: each that may have arrived is searched there first, but an order whose sale was settled by hand meanwhile is still sent',
  },
  confirmations: {
    kind: 'writes',
    why: 'shipments are written to DEAR: authorised stages are left as they are, but DEAR may refuse goods that were shipped there by hand meanwhile',
  },
  jobs: { kind: 'looks', why: 'the job runs once more, unless a later run has done its work' },
  schedules: { kind: 'looks', why: 'the job runs once more, unless a later run has done its work' },
};

export interface QueueStatus extends QueueDepth {
  readonly queue: QueueName;
  readonly redrive: RedriveSafety['kind'];
}

/** `schedules` has parked messages only: its other messages wait in `jobs`. */
export async function readQueueStatus({ queues }: Pick<Bridge, 'queues'>): Promise<QueueStatus[]> {
  return await Promise.all(
    QUEUE_NAMES.map(async (queue) => {
      const depth = await queues[queue].depth();
      const own = queue === 'schedules' ? { ...depth, waiting: 0, hidden: 0 } : depth;
      return { queue, ...own, redrive: REDRIVE_SAFETY[queue].kind };
    }),
  );
}

/** @throws {NotFound} naming the queues */
export function toQueueName(name: string): QueueName {
  const found = QUEUE_NAMES.find((one) => one === name);
  if (found === undefined)
    throw new NotFound(`There is no queue ${name}`, `Queues: ${QUEUE_NAMES.join(', ')}`);
  return found;
}

/** Reading more would take longer than the minute for which a taken message stays hidden. */
const MAX_TAKEN = 200;

/**
 * Parked messages of a queue, oldest first. They are given back at once and stay parked. Messages that another reader has
 * taken at this moment are missing.
 * @param limit at most 200
 */
export async function peekQueue(
  { queues }: Pick<Bridge, 'queues'>,
  name: QueueName,
  limit: number,
): Promise<ParkedMessage[]> {
  const taken = await takeUpTo(queues[name], Math.min(limit, MAX_TAKEN));
  await giveBack(queues[name], taken);
  return taken.slice(0, limit);
}

type RedriveDeps = Pick<Bridge, 'queues' | 'audit' | 'caller' | 'now'>;

/**
 * Sends every message that is parked now to its queue again; one that fails and is parked anew meanwhile stays parked.
 * @param onSent called with the number sent so far
 * @returns how many were sent
 */
export async function redriveAll(
  bridge: RedriveDeps,
  name: QueueName,
  by: Operator,
  onSent: (count: number) => void = () => {},
): Promise<number> {
  const queue = bridge.queues[name];
  const begun = isoTime(bridge.now());
  let sent = 0;
  let isComplete = false;
  try {
    for (;;) {
      const old = await takeParkedBefore(queue, begun);
      if (old.length === 0) break;
      for (const message of old) {
        await queue.redrive(message);
        onSent(++sent);
      }
    }
    isComplete = true;
  } finally {
    if (sent > 0) await recordAct(bridge, by, `redrove ${isComplete ? 'all ' : ''}${sent} messages`, name);
  }
  return sent;
}

/** Up to ten messages that were parked by then; later ones are given back. */
async function takeParkedBefore(queue: OperatedQueue, until: string): Promise<ParkedMessage[]> {
  const taken = await queue.takeParked();
  const old = taken.filter(({ parkedAt }) => parkedAt <= until);
  await giveBack(
    queue,
    taken.filter((message) => !old.includes(message)),
  );
  return old;
}

/**
 * Sends some parked messages to their queue again.
 * @param ids as `peekQueue` gives them
 * @throws {NotFound} one of them is not among the first 200 parked messages; then none is sent
 */
export async function redriveSome(
  bridge: RedriveDeps,
  name: QueueName,
  ids: readonly string[],
  by: Operator,
): Promise<void> {
  const queue = bridge.queues[name];
  const taken = await takeUpTo(queue, MAX_TAKEN);
  const chosen = taken.filter(({ id }) => ids.includes(id));
  const missing = ids.filter((id) => !chosen.some((message) => message.id === id));
  const others = missing.length > 0 ? taken : taken.filter((message) => !chosen.includes(message));
  await giveBack(queue, others);
  if (missing.length > 0) {
    throw new NotFound(
      `Not parked in ${name}: ${missing.join(', ')}`,
      `See what is: bridge queues peek ${name}`,
    );
  }
  const sent: string[] = [];
  try {
    for (const message of chosen) {
      await queue.redrive(message);
      sent.push(message.id);
    }
  } finally {
    if (sent.length > 0) await recordAct(bridge, by, `redrove ${sent.join(', ')}`, name);
  }
}

/** A FIFO queue returns no more messages of a group while ten of it are hidden, so later ones of the group are missing. */
async function takeUpTo(queue: OperatedQueue, limit: number): Promise<ParkedMessage[]> {
  const taken: ParkedMessage[] = [];
  while (taken.length < limit) {
    const batch = await queue.takeParked();
    if (batch.length === 0) break;
    taken.push(...batch);
  }
  return taken;
}

async function giveBack(queue: OperatedQueue, messages: readonly ParkedMessage[]): Promise<void> {
  for (const message of messages) await queue.giveBack(message);
}

/**
 * Queues a run of a job now, beside its schedule. Two runs of a job never overlap.
 * @param connection its id; '' for a job of the whole DEAR account
 * @throws {NotFound} there is no such job, or no such connection
 */
export async function startJob(bridge: Bridge, job: string, connection: string, by: Operator): Promise<void> {
  const request = jobMessage.safeParse({ job, connection });
  if (!request.success)
    throw new NotFound(`There is no job ${job}`, `Jobs: ${[...CONNECTION_JOBS, ...ACCOUNT_JOBS].join(', ')}`);
  if (CONNECTION_JOBS.some((one) => one === job)) bridge.connection(connection);
  await bridge.jobs.publish(request.data);
  await recordAct(bridge, by, `started ${job}`, connection || 'DEAR account');
}
