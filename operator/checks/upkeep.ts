import { DAY_MS } from '../../lib/domain/duration.ts';
import { ageOfJob, type JobRun, keyOfJob } from '../../lib/domain/job/job-run.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { getSchedules, type JobSchedule } from '../../lib/runtime/job-schedules.ts';
import type { Bridge } from '../bridge.ts';
import type { PlannedWebhook } from '../provider-webhooks.ts';
import { getOpen, planWebhooks } from '../webhooks.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

/** Vendors recommend a new key every year; none of them says how old one is. */
const OLDEST_SECRET_DAYS = 365;
/** As many of its periods a job may go without success before it is missing; of looks for shipments less, as their alarm. */
const MISSED_PERIODS = 3;
const MISSED_LOOKS = 2;
/** More than the two seconds for which the call budget allows. */
const MAX_SKEW_MS = 2_000;

/** A job that has never succeeded counts from when the probe first saw that it is asked for. */
export const heartbeats: Examination = {
  name: 'jobs',
  examine: async ({ runs, settings, now }) => {
    const since = await runs.readExpected();
    return await Promise.all(
      getSchedules(settings).map(async (schedule) => {
        const { job, connection } = schedule.request;
        const expected = since[keyOfJob({ job, connection })];
        return heartbeat(schedule, expected, await runs.read(job, connection), now());
      }),
    );
  },
};

function heartbeat(
  { name, everySeconds, request }: JobSchedule,
  expected: string | undefined,
  run: JobRun | null,
  now: number,
): Check {
  const check = `job ${name}`;
  const failed = run === null || run.failure === '' ? '' : `; the last run failed: ${run.failure}`;
  const succeeded = run === null || run.succeededAt === '' ? '' : run.succeededAt;
  const running = run?.outcome === 'running' ? `; a run that began at ${run.startedAt} has not ended` : '';
  const found = `${succeeded === '' ? 'has not succeeded yet' : `last succeeded at ${succeeded}`}${failed}${running}`;
  const isNew = expected === undefined && succeeded === '';
  const missed = request.job === 'collect-shipments' ? MISSED_LOOKS : MISSED_PERIODS;
  const late = !isNew && ageOfJob(expected, run, now) > missed * everySeconds * 1000;
  const broken = late || (succeeded === '' && failed !== '');
  return broken ? wrong(check, found, 'bridge logs --service run-job --since 1d') : fine(check, found);
}

export const secretsAge: Examination = {
  name: 'secrets',
  examine: async (bridge) => {
    const { secretNames, settings } = bridge;
    const others = [secretNames.dear, ...settings.connections.map(({ id }) => secretNames.connection(id))];
    const renew = 'issue a new key at the vendor, then: bridge init --secrets FILE --secrets-only';
    return await Promise.all([
      ageCheck(bridge, secretNames.webhook, 'bridge webhooks rotate'),
      ...others.map((name) => ageCheck(bridge, name, renew)),
    ]);
  },
};

async function ageCheck({ secrets, now }: Bridge, name: string, next: string): Promise<Check> {
  const changedAt = await secrets.changedAt(name);
  const check = `secret ${name}`;
  if (changedAt === '') return wrong(check, 'is not there', next);
  const days = Math.floor((now() - Date.parse(changedAt)) / DAY_MS);
  const found = `last changed ${days} days ago`;
  return days > OLDEST_SECRET_DAYS ? wrong(check, found, next) : fine(check, found);
}

/** By the Date that DEAR's server puts on any answer, to the second. */
export const clock: Examination = {
  name: 'clock',
  examine: async ({ settings, now }) => {
    const before = now();
    const answer = await fetch(new URL('/', settings.dear.baseUrl), { method: 'HEAD', redirect: 'manual' });
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return [fine('clock', 'DEAR does not say what time it is')];
    // Somewhere in the second that the header names, and between asking and hearing.
    const skew = Math.max(before - (theirs + 1_000), theirs - now(), 0);
    const found = `at most ${Math.ceil(skew / 1000)} s from DEAR's`;
    return [
      skew > MAX_SKEW_MS ? wrong('clock', found, 'set this machine to network time') : fine('clock', found),
    ];
  },
};

const NAME = 'alarms';

export const alarmsSubscribed: Examination = {
  name: NAME,
  examine: async ({ alarms }: Bridge): Promise<Check[]> => {
    if (alarms === null) return [fine(NAME, 'none on the local system')];
    const subscribers = await alarms.list();
    const pending = subscribers.filter(({ confirmed }) => !confirmed);
    const told = subscribers.length - pending.length;
    if (pending.length > 0) {
      const found = `${pending.length} of ${subscribers.length} subscribers (${listProtocols(pending)}) are told nothing yet`;
      return [wrong(NAME, found, 'have them open the link that Amazon SNS sent them')];
    }
    if (told > 0) return [fine(NAME, `${told} subscribers are told`)];
    return [wrong(NAME, 'nobody is told', "set alarms: { emails: ['…'] } in bridge.config.ts and deploy")];
  },
};

function listProtocols(subscribers: ReadonlyArray<{ readonly protocol: string }>): string {
  return [...new Set(subscribers.map(({ protocol }) => protocol))].join(', ');
}

/** Orders that are looked at, and SKUs that are named: the first ones show what is missing. */
const MAX_ORDERS = 100;
const MAX_NAMED = 10;

/** What is still to be sent and the provider does not know, as far as its catalogue was ever read. */
export const unknownSkus: Examination = {
  name: 'SKUs',
  examine: async (bridge) => {
    const orders = await waitingOrders(bridge);
    return await Promise.all(
      bridge.settings.connections.map(async ({ id }) => {
        const own = orders.filter(({ connection }) => connection === id);
        const skus = new Set(own.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
        const unknown = [...(await bridge.catalogues.unknown(id, skus))];
        const name = `SKUs at ${id}`;
        if (unknown.length === 0) return fine(name, `it knows all ${skus.size} that wait to be sent`);
        const found = `it does not know ${unknown.slice(0, MAX_NAMED).join(', ')}`;
        return wrong(name, found, `add them at ${id}; its catalogue is read again as catalogue.every says`);
      }),
    );
  },
};

async function waitingOrders({ orders }: Bridge): Promise<FulfillmentOrder[]> {
  const waiting: FulfillmentOrder[] = [];
  for (const what of ['submission', 'person', 'hold'] as const) {
    for await (const order of orders.listWaiting(what)) {
      waiting.push(order);
      if (waiting.length === MAX_ORDERS) return waiting;
    }
  }
  return waiting;
}

export const webhookRegistrations: Examination = {
  name: 'webhooks',
  examine: async (bridge) => {
    const planned = await planWebhooks(bridge);
    const open = getOpen(planned);
    if (open.length > 0) return [wrong('webhooks', listed(open), 'bridge webhooks apply')];
    const left = planned.filter(({ action }) => action === 'leave');
    if (left.length === 0) return [fine('webhooks', `all ${planned.length} are registered and active`)];
    return [fine('webhooks', `parcels are noticed by schedule alone, as of ${listed(left)}`)];
  },
};

function listed(webhooks: readonly PlannedWebhook[]): string {
  return webhooks.map(({ system, event, now }) => `${system} ${event}: ${now || 'missing'}`).join('; ');
}
