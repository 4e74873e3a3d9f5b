import { DAY_MS } from '../../lib/domain/clock.ts';
import { type JobRun, keyOfJob } from '../../lib/domain/job/job-run.ts';
import { batchesAtOnce, getSchedules, type JobSchedule } from '../../lib/runtime/job-schedules.ts';
import type { Bridge } from '../bridge.ts';
import { judgeJob } from '../job-list.ts';
import type { PlannedWebhook } from '../provider-webhooks.ts';
import { getPending, planWebhooks } from '../webhooks.ts';
import { type Check, type Examination, failed, passed } from './check.ts';

/** Vendors recommend a new key every year; no vendor shows the age of a key. */
const MAX_SECRET_AGE_DAYS = 365;
/** The call budget allows for two seconds. */
const MAX_SKEW_MS = 2_000;

/** A job that has never succeeded counts from when the probe first saw it scheduled. */
export const heartbeats: Examination = {
  name: 'jobs',
  examine: async ({ runs, settings, now }) => {
    const since = await runs.readExpected();
    return await Promise.all(
      getSchedules(settings).map(async (schedule) => {
        const { job, connection } = schedule.request;
        const expected = since[keyOfJob({ job, connection })];
        return checkHeartbeat(schedule, expected, await runs.read(job, connection), now());
      }),
    );
  },
};

function checkHeartbeat(
  schedule: JobSchedule,
  expected: string | undefined,
  run: JobRun | null,
  now: number,
): Check {
  const { name, request } = schedule;
  const check = `job ${name}`;
  const { state, found } = judgeJob(schedule, expected, run, now);
  if (state === 'in order' || state === 'new') return passed(check, found);
  if (run !== null) return failed(check, found, 'bridge logs --service run-job --since 1d');
  const of = request.connection === '' ? '' : ` --connection ${request.connection}`;
  return failed(check, found, `wait for its schedule, or: bridge jobs run ${request.job}${of}`);
}

export const secretsAge: Examination = {
  name: 'secrets',
  examine: async (bridge) => {
    const { secretNames, settings } = bridge;
    const others = [secretNames.dear, ...settings.connections.map(({ id }) => secretNames.connection(id))];
    const renew = 'issue a new key at the vendor, then: bridge init --secrets FILE --secrets-only';
    return await Promise.all([
      checkAge(bridge, secretNames.webhook, 'bridge webhooks rotate'),
      ...others.map((name) => checkAge(bridge, name, renew)),
    ]);
  },
};

async function checkAge({ secrets, now }: Bridge, name: string, next: string): Promise<Check> {
  const changedAt = await secrets.changedAt(name);
  const check = `secret ${name}`;
  if (changedAt === '') return failed(check, 'is missing', next);
  const days = Math.floor((now() - Date.parse(changedAt)) / DAY_MS);
  const found = `last changed ${days} days ago`;
  return days > MAX_SECRET_AGE_DAYS ? failed(check, found, next) : passed(check, found);
}

/** By the Date header of DEAR's server, which is exact to the second. */
export const clock: Examination = {
  name: 'clock',
  examine: async ({ settings, now }) => {
    const before = now();
    const address = new URL('/', settings.dear.baseUrl);
    const answer = await fetch(address, { method: 'HEAD', redirect: 'manual' }).catch(noAnswer);
    if (typeof answer === 'string') {
      const next = 'check the network of this machine, which reaches DEAR without a proxy';
      return [failed('clock', `${address.host} could not be reached (${answer})`, next)];
    }
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return [passed('clock', 'DEAR sends no time')];
    // The server's time was within the header's second, and between request and answer.
    const skew = Math.max(before - (theirs + 1_000), theirs - now(), 0);
    const found = `at most ${Math.ceil(skew / 1000)} s from DEAR's`;
    return [
      skew > MAX_SKEW_MS
        ? failed('clock', found, 'set this machine to network time')
        : passed('clock', found),
    ];
  },
};

/** What `fetch` says only in the cause of its error. */
function noAnswer(error: unknown): string {
  const { cause } = error instanceof Error ? error : new Error();
  return cause instanceof Error ? cause.message : String(error);
}

const NAME = 'alarms';

export const alarmsSubscribed: Examination = {
  name: NAME,
  examine: async ({ alarms, settings }: Bridge): Promise<Check[]> => {
    if (alarms === null) return [passed(NAME, 'none on the local system')];
    const subscribers = await alarms.list();
    const pending = subscribers.filter(({ confirmed }) => !confirmed);
    const confirmedCount = subscribers.length - pending.length;
    if (pending.length > 0) {
      const found = `${pending.length} of ${subscribers.length} subscribers (${listProtocols(pending)}) have not confirmed and receive no alarm`;
      return [failed(NAME, found, 'ask them to open the link that Amazon SNS sent')];
    }
    const { emails, webhooks, chats } = settings.alarms;
    const missing = emails.length + webhooks.length + (chats.length > 0 ? 1 : 0) - subscribers.length;
    if (missing > 0) {
      const found = `${missing} of the subscribers in the settings are not there: they unsubscribed, or did not confirm in time`;
      return [
        failed(NAME, found, 'a deployment does not notice: remove the address, deploy, add it again, deploy'),
      ];
    }
    if (confirmedCount > 0) return [passed(NAME, `${confirmedCount} subscribers are confirmed`)];
    return [failed(NAME, 'no subscriber', "set alarms: { emails: ['…'] } in bridge.config.ts and deploy")];
  },
};

function listProtocols(subscribers: ReadonlyArray<{ readonly protocol: string }>): string {
  return [...new Set(subscribers.map(({ protocol }) => protocol))].join(', ');
}

/** What a hundred sales that are authorised at once need, at 20 ms a webhook and with time for starts. */
const WEBHOOKS_AT_ONCE = 10;
/** Lambda reserves nothing where fewer would be left to all other functions. */
const LEFT_TO_OTHERS = 100;

/** Whether the account starts as many functions at once as the settings ask for. */
export const concurrency: Examination = {
  name: 'concurrency',
  examine: async ({ settings, readConcurrency }) => {
    const name = 'concurrency';
    if (readConcurrency === null) return [passed(name, 'not limited on the local system')];
    const { account, unreserved } = await readConcurrency();
    const batches = Object.values(batchesAtOnce(settings.connections.length));
    const workers = batches.reduce((sum, count) => sum + count, 0);
    const reserved = settings.aws.reservedForWebhooks;
    const needed = workers + (reserved > 0 ? 0 : WEBHOOKS_AT_ONCE);
    const found = `Lambda allows this account ${account} concurrent executions, ${unreserved} of them for functions without a reservation, and the bridge needs ${needed} of those`;
    if (unreserved < needed) {
      const next =
        'Service Quotas → AWS Lambda → Concurrent executions: ask for 1,000; until then webhooks and jobs are throttled';
      return [failed(name, found, next)];
    }
    const mayReserve = reserved === 0 && unreserved - WEBHOOKS_AT_ONCE >= LEFT_TO_OTHERS;
    const hint = `; where other functions may use them up, set aws: { reservedForWebhooks: ${WEBHOOKS_AT_ONCE} }`;
    return [passed(name, mayReserve ? `${found}${hint}` : found)];
  },
};

/** How many unknown SKUs are named. */
const MAX_NAMED = 10;

/** SKUs of orders still to be sent that are not in the provider's catalogue. */
export const unknownSkus: Examination = {
  name: 'SKUs',
  examine: async (bridge) => {
    const waiting = await readWaitingSkus(bridge);
    return await Promise.all(
      bridge.settings.connections.map(async ({ id, catalogue }) => {
        const skus = waiting.get(id) ?? new Set<string>();
        const name = `SKUs at ${id}`;
        if (catalogue.every === 'off') return passed(name, 'not checked: catalogue.every is off');
        if (!(await bridge.catalogues.isRead(id))) {
          const next = `bridge jobs run refresh-catalogue --connection ${id}`;
          return failed(name, 'the list of its products was never read', next);
        }
        const unknown = [...(await bridge.catalogues.unknown(id, skus))];
        if (unknown.length === 0)
          return passed(name, `the service knows all ${skus.size} that wait to be sent`);
        const rest = unknown.length > MAX_NAMED ? ` and ${unknown.length - MAX_NAMED} more` : '';
        const found = `the service does not know ${unknown.slice(0, MAX_NAMED).join(', ')}${rest}`;
        return failed(name, found, `add them at ${id}; its catalogue is read again every catalogue.every`);
      }),
    );
  },
};

/** Connection → the SKUs of its orders that wait to be sent. */
async function readWaitingSkus({ orders }: Bridge): Promise<Map<string, Set<string>>> {
  const skus = new Map<string, Set<string>>();
  for (const what of ['submission', 'person', 'hold'] as const) {
    for await (const { connection, lines } of orders.listWaiting(what)) {
      const known = skus.get(connection) ?? new Set<string>();
      for (const { sku } of lines) known.add(sku);
      skus.set(connection, known);
    }
  }
  return skus;
}

export const webhookRegistrations: Examination = {
  name: 'webhooks',
  examine: async (bridge) => {
    const planned = await planWebhooks(bridge);
    const open = getPending(planned);
    if (open.length > 0) return [failed('webhooks', formatWebhooks(open), 'bridge webhooks apply')];
    const left = planned.filter(({ action }) => action === 'leave');
    if (left.length === 0) return [passed('webhooks', `all ${planned.length} are registered and active`)];
    return [
      passed('webhooks', `shipments are collected by schedule only, because of ${formatWebhooks(left)}`),
    ];
  },
};

function formatWebhooks(webhooks: readonly PlannedWebhook[]): string {
  return webhooks.map(({ system, event, now }) => `${system} ${event}: ${now || 'missing'}`).join('; ');
}
