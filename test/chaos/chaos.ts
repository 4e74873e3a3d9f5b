import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent, setGlobalDispatcher } from 'undici';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/clock.ts';
import { LOCAL_STAGE } from '../../lib/infra/deployable-settings.ts';
import { isOutageOfAws } from '../../lib/runtime/aws-clients.ts';
import { readLogFile } from '../../local/log-file.ts';
import { useStateDirectory } from '../../local/state-directory.ts';
import { buildBridge } from '../../local/template/build-bridge.ts';
import { parseLogLine } from '../../operator/log-reader.ts';
import type { CheckedPeople } from '../simulation/life/checks.ts';
import { People } from '../simulation/life/people.ts';
import { Random } from '../simulation/life/random.ts';
import { findProblems, findTornIndexes, findUnnoticed } from './findings.ts';
import { KilledHost } from './killed-host.ts';
import { Stopwatch } from './stopwatch.ts';
import { checkStoredMessages } from './stored-messages.ts';
import { openWorld } from './world.ts';

const USAGE = `npm run chaos -- [--kills N] [--minutes M] [--seed S] [--provider ID] [--port BASE] [--calls-per-minute N] [--keep] [--json]

The local system on disk, killed with SIGKILL at random moments while people work at DEAR and at the service, and then left
alone. DEAR and the service run in this process, which is not killed; their records are what is checked.
After M minutes no more kills follow. Exits with 1 where something was lost, doubled or late. --keep leaves the state directory and says where it is.
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    provider: { type: 'string', default: 'shipstation-v2' },
    port: { type: 'string', default: '9700' },
    'calls-per-minute': { type: 'string', default: '300' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}

/** When the host is killed: while a call is on its way, at any time, before it is ready, again at once, or while it builds. */
const MOMENTS = [
  ...(['calling', 'calling', 'calling', 'calling', 'calling', 'calling'] as const),
  ...(['running', 'running', 'starting', 'twice', 'building'] as const),
] as const;
/** How long a kill waits for calls that do not come: ms. */
const CALLS_LIMIT_MS = 8_000;

/** People start something this often while the host is being killed: ms, on average. */
const SALE_EVERY_MS = 4_000;
const WORK_EVERY_MS = 1_500;
/** Within this time of the people's, a sale is changed, if it is: 20 s. */
const CHANGED_WITHIN_MS = HOUR_MS / 3;
/** A killed job's message is hidden for 15 minutes, and what it would have found is looked for five minutes later at the latest. */
const SETTLE_LIMIT_MS = 22 * MINUTE_MS;

// On a busy machine a connection that was kept is closed while the next call is already on its way.
setGlobalDispatcher(new Agent({ pipelining: 0 }));

const say = (line: string) => process.stderr.write(`${line}\n`);
const began = performance.now();
const random = new Random(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'bridge-chaos-'));
const directory = useStateDirectory(join(folder, 'state'));
const base = Number(values.port);
const ports = {
  api: base,
  dear: 0,
  provider: 0,
  sqs: base + 3,
  dynamoDb: base + 4,
  secrets: base + 5,
  console: base + 6,
};
const world = await openWorld({
  provider: values.provider,
  random: random.fork(),
  directory,
  ports,
  callsPerMinute: Number(values['calls-per-minute']),
});
const { settings } = world;
// Not in the state directory, where a build that is killed leaves parts.
const built = await buildBridge({
  settings,
  name: undefined,
  stage: LOCAL_STAGE,
  directory: join(folder, 'built'),
});
const host = new KilledHost({ settings, stateDirectory: directory, ports, built }, folder);
const people = new People(world, random.fork());
const stopwatch = new Stopwatch(world, people);

say(`Built in ${seconds()} s; the state is in ${directory}.`);
const working = { isOver: false };
const work = Promise.all([sellAtRandom(random.fork()), packAtRandom(random.fork()), watch()]);
await killAtRandom(random.fork(), Number(values.kills));
working.isOver = true;
await work;
const [killedFor, killedAt] = [seconds(), Date.now()];
await host.start(null);
say(
  `${host.kills} kills in ${killedFor} s; ${people.sales.length} sales, ${people.parcels.length} parcels. Now it is left alone.`,
);
const first = await settle('the sales', async () => []);
await people.shipEverything();
const second = await settle('the parcels', () => findUnnoticed(world, people));
const problems = [
  ...new Set([...first.problems, ...second.problems]),
  ...stopwatch.findViolations(killedAt),
  ...(await findTornIndexes(world)),
  ...host.failedStarts.map((complaint) => `A start failed by itself: ${complaint}`),
];
await host.stop();
const stored = checkStoredMessages(directory);
if (stored !== 'ok') problems.push(`The file of the queues is damaged: ${stored}`);
const lines = readLogFile(directory);
const unreadable = lines.filter((line) => !line.startsWith('    at ') && parseLogLine(line) === null);
if (unreadable.length > 0) problems.push(`${unreadable.length} lines of the log are torn: ${unreadable[0]}`);
await world.close();
const report = {
  kills: host.kills,
  seed: Number(values.seed),
  provider: values.provider,
  sales: people.sales.length,
  parcels: people.parcels.length,
  acknowledgedWebhooks: world.acknowledged.size,
  givenUpWebhooks: world.givenUp(),
  startSeconds: { starts: host.startTimes.length, longest: Math.round(Math.max(...host.startTimes) / 1000) },
  ...stopwatch.figures(),
  settledSeconds: { sales: first.seconds, parcels: second.seconds },
  logLines: lines.length,
  problems,
  seconds: seconds(),
};
process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : summarise()}\n`);
if (values.keep || problems.length > 0)
  say(`The state is in ${folder}.\n${people.acts.slice(-20).join('\n')}`);
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);

function summarise(): string {
  const { saleSeconds, parcelSeconds, settledSeconds } = report;
  return [
    ...problems,
    `${report.kills} kills (${report.provider}, seed ${report.seed}): ${report.sales} sales, ${report.parcels} parcels, ${report.acknowledgedWebhooks} webhooks acknowledged, ${report.givenUpWebhooks} given up by DEAR.`,
    `A sale was at the service after ${saleSeconds.median} s (median), ${saleSeconds.longest} s (longest); a parcel in DEAR after ${parcelSeconds.median} s, ${parcelSeconds.longest} s.`,
    `All was as it should be ${settledSeconds.sales} s after the last kill, and ${settledSeconds.parcels} s after the last parcel. ${problems.length} problems; ${report.seconds} s.`,
  ].join('\n');
}

async function killAtRandom(random: Random, kills: number): Promise<void> {
  while (host.kills < kills && seconds() < Number(values.minutes) * 60 && host.failedStarts.length === 0) {
    const kind = random.pick(MOMENTS);
    const usual = host.startTimes.at(-1) ?? 2_000;
    if (kind === 'starting' || kind === 'building') {
      await host.start(random.between(50, usual), kind === 'building');
      await host.kill();
      continue;
    }
    await host.start(null);
    if (kind === 'calling') await passCalls(random.between(1, 12));
    await delay(kind === 'calling' ? random.between(0, 500) : random.between(200, 8_000));
    await host.kill();
    if (kind === 'twice') await host.start(random.between(20, 400));
    await host.kill();
    if (host.kills % 10 < 2) say(`${seconds()} s: ${host.kills} kills, ${people.sales.length} sales`);
  }
}

/** Waits until the bridge has made so many more calls, and for a while at most. */
async function passCalls(count: number): Promise<void> {
  const [before, until] = [world.calls(), performance.now() + CALLS_LIMIT_MS];
  while (world.calls() - before < count && performance.now() < until) await delay(20);
}

async function sellAtRandom(random: Random): Promise<void> {
  while (!working.isOver) {
    await people.sell(CHANGED_WITHIN_MS);
    await delay(random.between(0, 2 * SALE_EVERY_MS));
  }
}

async function packAtRandom(random: Random): Promise<void> {
  while (!working.isOver) {
    await delay(random.between(0, 2 * WORK_EVERY_MS));
    const sale = people.sales[people.sales.length - 1 - random.between(0, 30)];
    if (sale !== undefined) await people.workOnOrders([sale]);
  }
}

async function watch(): Promise<void> {
  while (!working.isOver) {
    await stopwatch.look();
    await delay(1_000);
  }
}

/** Waits until everything is as it should be. @returns what is not, after the time that it may take */
async function settle(
  what: string,
  findMore: () => Promise<string[]>,
): Promise<{ problems: string[]; seconds: number }> {
  const since = performance.now();
  let asked: CheckedPeople = people;
  for (;;) {
    const lookedAt = performance.now();
    await stopwatch.look();
    const problems = world.planned() > 0 ? ['People are still at work.'] : await findAll(asked, findMore);
    const ms = performance.now() - since;
    const isDone = problems.length === 0 && asked === people;
    if (isDone || ms > SETTLE_LIMIT_MS) return { problems, seconds: Math.round(ms / 1000) };
    say(`${seconds()} s: ${what} lack ${problems.length} things; ${problems[0]?.slice(0, 300)}`);
    asked = getNamed(problems);
    // A look at all takes a minute, in which DEAR and the service, which are in this process, answer late.
    await delay(problems.length === 0 ? 0 : Math.max(5_000, 2 * (performance.now() - lookedAt)));
  }
}

async function findAll(asked: CheckedPeople, findMore: () => Promise<string[]>): Promise<string[]> {
  try {
    return [...(await findProblems(world, asked, directory)), ...(await findMore())];
  } catch (error) {
    // After many kills the SDK's client has no retries left for a connection that the table just closed.
    if (!isOutageOfAws(error)) throw error;
    return [`The table did not answer: ${error}`];
  }
}

/** Those whom the problems name, because asking of all takes minutes; all of them where none is named. */
function getNamed(problems: readonly string[]): CheckedPeople {
  const text = problems.join();
  const sales = people.sales.filter(({ number }) => text.includes(number));
  return sales.length === 0 ? people : { sales, parcels: people.parcels };
}

function seconds(): number {
  return Math.round((performance.now() - began) / 1000);
}
