import { UpstreamError } from '../../domain/errors.ts';
import { cutText } from '../../domain/text.ts';
import { ACCOUNT_JOBS, CONNECTION_JOBS } from '../../messaging/messages.ts';
import type { Bridge } from '../bridge.ts';
import type { ParkedMessage as TakenMessage } from '../operated-queue.ts';
import { peekQueue, queueNamed, queueStatus, REDRIVE_SAFETY } from '../queues.ts';
import { Refused } from '../refusals.ts';
import { type PlannedWebhook, planWebhooks } from '../webhooks.ts';
import type { JobView, ParkedMessage, QueueView, WebhooksView } from './needs.ts';

export async function readQueues(bridge: Pick<Bridge, 'queues'>): Promise<QueueView[]> {
  const status = await queueStatus(bridge);
  return status.map(({ queue, waiting, hidden, parked }) => {
    const { kind, why } = REDRIVE_SAFETY[queue];
    return { name: queue, waiting, inWork: hidden, parked, redrive: { safe: kind === 'looks', why } };
  });
}

const PARKED_SHOWN = 100;

export async function readParked(bridge: Pick<Bridge, 'queues'>, queue: string): Promise<ParkedMessage[]> {
  const parked = await peekQueue(bridge, queueNamed(queue), PARKED_SHOWN);
  return parked.map((message) => ({ id: message.id, about: aboutOf(message), parkedAt: message.parkedAt }));
}

/** Messages name what to look at and nothing else, so a parked one can be shown as it is. */
function aboutOf({ body, group }: TakenMessage): string {
  const words = group === '' || body.includes(group) ? body : `${group}: ${body}`;
  return cutText(words, 300, '…');
}

/** Every job that there is, also those that the settings switch off: a person may run one all the same. */
export async function readJobs({ runs, settings }: Pick<Bridge, 'runs' | 'settings'>): Promise<JobView[]> {
  const all = [
    ...settings.connections.flatMap(({ id }) => CONNECTION_JOBS.map((job) => ({ job, connection: id }))),
    ...ACCOUNT_JOBS.map((job) => ({ job, connection: '' })),
  ];
  return await Promise.all(
    all.map(async ({ job, connection }) => ({ job, connection, run: await runs.read(job, connection) })),
  );
}

/** Costs one call of DEAR's, and one of each provider's that has webhooks. */
export async function readWebhooks(bridge: Bridge): Promise<WebhooksView> {
  const mode = bridge.settings.dear.webhooks;
  try {
    return { mode, rows: (await planWebhooks(bridge)).map(toRow), problem: '' };
  } catch (error) {
    if (error instanceof UpstreamError || error instanceof Refused) {
      return { mode, rows: [], problem: `${error.message}.` };
    }
    throw error;
  }
}

const STATES = { keep: 'active', create: 'missing', replace: 'wrong', leave: 'wrong' } as const;

function toRow({ system, event, url, action, now }: PlannedWebhook): WebhooksView['rows'][number] {
  return { system, event, url, state: STATES[action], words: now };
}
