import * as z from 'zod';
import { type Clock, isoTime } from '../domain/clock.ts';
import { OperatorActionNeeded, Rejected } from '../domain/errors.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import {
  compareWebhooks,
  type OurWebhooks,
  type RegisteredWebhook,
  silentSince,
  type WebhookDrift,
} from '../domain/job/webhook-drift.ts';
import type { CursorStore, WebhooksInDear, WebhookToHold } from '../domain/ports/jobs.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { JobRequest } from '../messaging/messages.ts';
import { noteSilence } from './sweep-sales.ts';

interface CheckWebhooksDeps<Held extends RegisteredWebhook> {
  readonly dear: WebhooksInDear<Held>;
  /** The events to subscribe to, and our address. */
  readonly wanted: { readonly types: readonly string[]; readonly url: string };
  readonly token: () => Promise<string>;
  readonly cursors: CursorStore;
  readonly jobs: Publisher<JobRequest>;
  readonly now: Clock;
  readonly count: (metric: 'WebhookDrift') => void;
  readonly log: LogEvent;
}

const JOB = 'check-webhooks';
const remembered = z.record(z.string(), z.object({ id: z.string(), activeAt: z.string() }));

/**
 * Compares DEAR's webhooks with ours, switches on those that were switched off, and requests a sweep of the time without them.
 * It restores only webhooks that this bridge once had: a person makes the first subscription, because it decides which system
 * receives the account's events.
 * @throws {OperatorActionNeeded} DEAR lists no webhooks: the account has no Automation module
 */
export async function checkWebhooks<Held extends RegisteredWebhook>(
  deps: CheckWebhooksDeps<Held>,
): Promise<JobResult> {
  const { wanted, cursors } = deps;
  const stored = await cursors.read(JOB, '');
  const ours = stored === null ? {} : remembered.parse(JSON.parse(stored));
  const { inOrder, drifts } = compareWebhooks(wanted.types, wanted.url, await listWebhooks(deps), ours);
  const activeAt = isoTime(deps.now());
  for (const { type, kind } of drifts) {
    deps.count('WebhookDrift');
    deps.log('webhook.drifted', { type, kind });
  }
  const restored = await restore(drifts, ours, deps);
  const seen = [...inOrder, ...restored].map(({ type, id }) => [type, { id, activeAt }] as const);
  await cursors.save(JOB, '', JSON.stringify({ ...ours, ...Object.fromEntries(seen) }));
  return {
    outcome: 'finished',
    counts: { inOrder: inOrder.length, drifted: drifts.length, restored: restored.length },
  };
}

async function listWebhooks<Held extends RegisteredWebhook>({
  dear,
}: CheckWebhooksDeps<Held>): Promise<readonly Held[]> {
  try {
    return await dear.listSubscriptions();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const advice = "which need DEAR's Automation module; without it set dear.webhooks to 'off'";
    throw new OperatorActionNeeded({ ...error.details, operation: `list webhooks, ${advice}`, cause: error });
  }
}

/** The silence is stored before the webhooks are restored, so that an interrupted run stores it again. */
async function restore<Held extends RegisteredWebhook>(
  drifts: readonly WebhookDrift<Held>[],
  ours: OurWebhooks,
  deps: CheckWebhooksDeps<Held>,
): Promise<{ type: string; id: string }[]> {
  const lost = drifts.filter(({ kind }) => kind !== 'never subscribed');
  if (lost.length === 0) return [];
  const types = lost.map(({ type }) => type);
  await noteSilence(deps.cursors, silentSince(types, ours, deps.now()), deps.now());
  const bearerToken = await deps.token();
  const restored: { type: string; id: string }[] = [];
  for (const { type, held } of lost) {
    const wanted = { type, url: deps.wanted.url, bearerToken };
    restored.push({ type, id: await restoreOne(held, wanted, deps) });
  }
  await deps.jobs.publish({ job: 'sweep-sales', connection: '' });
  return restored;
}

async function restoreOne<Held extends RegisteredWebhook>(
  held: Held | null,
  wanted: WebhookToHold,
  { dear }: CheckWebhooksDeps<Held>,
): Promise<string> {
  if (held === null) return dear.createSubscription(wanted);
  await dear.replaceSubscription(held, wanted);
  return held.id;
}
