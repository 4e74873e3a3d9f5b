import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { connectedBridge, runEveryJob } from '../connected-bridge.ts';
import { seedOrder } from '../seed.ts';
import { type } from './session.ts';

function session() {
  const fake = new InMemoryBridge();
  const now = () => fake.now;
  const say = (line: string, says?: 'yes' | 'no') =>
    type(line, { bridge: fake.bridge, now, ...(says !== undefined && { says }) });
  return { fake, say };
}

describe('bridge queues', () => {
  it('status counts parked messages and says whether redriving writes', async () => {
    const { fake, say } = session();
    fake.queues.jobs.park('{}', 'probe#');
    const { out } = await say('queues status');
    expect(out).toMatch(/jobs +0 +0 +1 +only reads again/);
    expect(out).toMatch(/fulfillment +0 +0 +0 +continues writing: needs --yes/);
  });

  it('peek prints messages without their receipts', async () => {
    const { fake, say } = session();
    fake.queues.jobs.park('{"job":"probe"}', 'probe#');
    const { out, json } = await say('queues peek jobs --json');
    expect(json()).toEqual([
      { id: 'message-1', body: '{"job":"probe"}', group: 'probe#', parkedAt: '2026-02-03T09:00:00.000Z' },
    ]);
    expect(out).not.toContain('receipt');
    expect((await say('queues peek confirmations')).out).toBe('Nothing is parked there.\n');
  });

  it.each([
    ['sends nothing when the person says no', 'redrive jobs', 'no', 1, 0],
    ['sends all when the person says yes', 'redrive jobs', 'yes', 0, 2],
    ['sends nothing without a terminal and without --yes', 'redrive jobs', undefined, 1, 0],
    ['sends all with --yes', 'redrive jobs --yes', undefined, 0, 2],
    ['sends nothing with --dry-run', 'redrive jobs --dry-run --yes', undefined, 0, 0],
    ['sends the named message', 'redrive jobs message-2 --yes', undefined, 0, 1],
    [
      'refuses a queue whose worker writes, also when the person says yes',
      'redrive fulfillment',
      'yes',
      1,
      0,
    ],
    ['sends all of a queue whose worker writes with --yes', 'redrive fulfillment --yes', undefined, 0, 2],
  ] as const)('redrive %s', async (_, line, says, code, redriven) => {
    const { fake, say } = session();
    const queue = line.includes('jobs') ? fake.queues.jobs : fake.queues.fulfillment;
    queue.park('one', 'a');
    queue.park('two', 'b');
    const outcome = await say(`queues ${line}`, says);
    expect(outcome.code).toBe(code);
    expect(outcome.asked.length > 0).toBe(says !== undefined && line === 'redrive jobs');
    expect(queue.redriven).toHaveLength(redriven);
    expect(outcome.err).toContain('message-2');
    expect(await queue.depth()).toMatchObject({ parked: 2 - redriven });
  });

  it('redrive names the reason of its refusal', async () => {
    const { fake, say } = session();
    fake.queues.confirmations.park('one', 'a');
    const { err, asked } = await say('queues redrive confirmations', 'yes');
    expect(err).toContain('Refused: shipments are written to DEAR');
    expect(asked).toEqual([]);
  });

  it('redrive of an empty queue succeeds', async () => {
    expect(await session().say('queues redrive jobs')).toMatchObject({ code: 0 });
  });

  it('exits with 3 for an unknown queue or message', async () => {
    const { fake, say } = session();
    fake.queues.jobs.park('one', 'a');
    expect(await say('queues peek orders')).toMatchObject({ code: 3, out: '' });
    expect(await say('queues redrive jobs message-9 --yes')).toMatchObject({ code: 3 });
  });
});

describe('bridge provider', () => {
  it('pause and resume record who paused it and why', async () => {
    const { fake, say } = session();
    await say("provider pause lantern --as Ada --why 'stock count'");
    expect(await fake.bridge.pauses.read('lantern')).toMatchObject({ by: 'Ada', why: 'stock count' });
    expect((await say('provider status')).out).toMatch(/lantern +paused .* Ada +stock count/);
    await say('provider pause lantern --as Bo');
    expect((await fake.bridge.pauses.read('lantern'))?.by).toBe('Ada');
    fake.now += 1_000;
    expect((await say('provider resume lantern --as Bo')).out).toBe('lantern is resumed.\n');
    expect(await fake.bridge.pauses.read('lantern')).toBeNull();
    expect((await say('provider resume lantern')).out).toBe('lantern was not paused.\n');
    expect((await fake.audit()).map(({ by, about }) => `${by} ${about}`)).toEqual([
      'Bo (Ada) lantern',
      'Ada lantern',
      'Ada lantern',
    ]);
  });

  it('pause changes nothing with --dry-run, and refuses an unknown connection', async () => {
    const { fake, say } = session();
    expect((await say('provider pause lantern --dry-run')).out).toBe('lantern would be paused.\n');
    expect(await fake.bridge.pauses.read('lantern')).toBeNull();
    expect(await say('provider pause lamp')).toMatchObject({
      code: 3,
      err: 'There is no connection lamp. Connections: lantern\n',
    });
  });
});

describe('bridge budget', () => {
  it('shows how many calls were made and how far ahead more are booked, for every account with a stored key', async () => {
    const { fake, say } = session();
    const before = fake.now - 60_000;
    const lately = { now: before, latest: before, intervalMs: 1_000, expectsBacklog: false };
    await fake.slots.book('dear', lately);
    await fake.slots.postpone('dear', fake.now + 12_500);
    expect((await say('budget --json')).json()).toEqual([
      { system: 'DEAR', callsPerMinute: 55, bookedMs: 12_500, callsThisMinute: 0, callsMinuteBefore: 1 },
    ]);
    await fake.secrets.write('acme-test/connection/lantern', { apiKey: 'key' });
    const { out } = await say('budget');
    expect(out).toMatch(
      /DEAR +55 +1 +0 +12\.5 s\nlantern +200 +0 +0 +nothing: the next call may be made at once/,
    );
    expect(out).not.toContain('key');
  });
});

describe('bridge logs', () => {
  it('prints lines that hold a text, oldest first', async () => {
    const { fake, say } = session();
    const at = (seconds: number) => new Date(fake.now - seconds * 1000).toISOString();
    const line = {
      service: 'run-job',
      level: 'INFO',
      fields: { reference: 'SO-1-1', function_request_id: 'r-1' },
    };
    fake.lines.push(
      { ...line, at: at(1), event: 'second', level: 'ERROR' },
      { ...line, at: at(9), event: 'first' },
    );
    fake.lines.push({ ...line, at: at(5), event: 'other', fields: {} });
    const { out } = await say('logs SO-1-1');
    expect(out.split('\n')).toEqual([
      `${at(9)}  run-job           first  reference=SO-1-1`,
      `${at(1)}  run-job           ERROR second  reference=SO-1-1`,
      '',
    ]);
    expect((await say('logs --service dispatch-order')).out).toBe('No log lines.\n');
  });
});

describe('bridge restore', () => {
  it('does nothing where its question is not answered, and finishes nothing that was not begun', async () => {
    const { fake, say } = session();
    const begun = await say('restore begin --to 2026-02-03T06:00Z');
    expect(begun.out).toBe('Nothing was changed.\n');
    const { code, err } = await say('restore finish');
    expect(code).toBe(1);
    expect(err).toContain('No restore is under way. Begin one: bridge restore begin --to WHEN');
    expect(await fake.audit()).toEqual([]);
  });
});

describe('bridge evidence', () => {
  it('writes a file, or prints to stdout', async () => {
    const { fake, say } = session();
    await seedOrder(fake);
    const directory = mkdtempSync(join(tmpdir(), 'bridge-evidence-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'evidence.json');
    expect((await say(`evidence SO-00042 --out ${file}`)).out).toBe(`${file}\n`);
    expect(existsSync(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ sale: { saleOrderNumber: 'SO-00042' } });
    expect((await say('evidence SO-00042 --out -')).json()).toMatchObject({ bridge: 'acme-test' });
    const readings = (await fake.audit()).map(({ what, about }) => `${what} of ${about}`);
    expect(readings).toEqual(Array(2).fill('read personal data: evidence of SO-00042'));
  });
});

describe('bridge, with DEAR and a provider', () => {
  async function connected(connection = {}) {
    const { fake, byHand } = await connectedBridge({ connection });
    fake.runClock();
    const now = () => fake.now;
    const say = (line: string, says?: 'yes' | 'no') =>
      type(line, { bridge: fake.bridge, now, ...(says !== undefined && { says }) });
    return { fake, byHand, say };
  }

  it('doctor exits with 1 and names the remedy, then with 0 after it', async () => {
    const { fake, say } = await connected();
    const { code, out, err } = await say('doctor --failed');
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}webhooks: .*\n +→ bridge webhooks apply/);
    expect(err).toMatch(/\d+ of \d+ checks failed/);
    await say('webhooks apply --yes');
    await runEveryJob(fake, ['QUILL-01']);
    for (const [name, { value }] of fake.secrets.values) await fake.secrets.write(name, Object(value));
    expect(await say('doctor --failed')).toMatchObject({ code: 0 });
  });

  it('webhooks apply registers what plan shows, and rotate takes one step at a time', async () => {
    const { fake, say } = await connected();
    expect(await say('webhooks plan')).toMatchObject({ code: 1 });
    expect(await say('webhooks apply')).toMatchObject({ code: 1 });
    expect(await say('webhooks apply --dry-run')).toMatchObject({ code: 0 });
    expect((await say('webhooks apply', 'yes')).out).toBe('6 of 6 done.\n');
    expect(await say('webhooks plan')).toMatchObject({ code: 0 });
    expect((await say('webhooks apply')).out).toBe('Nothing to do.\n');
    expect((await say('webhooks apply --token --yes')).out).toContain('4 webhooks have the current token.');
    expect(await say('webhooks rotate')).toMatchObject({ code: 1 });
    expect((await say('webhooks rotate --yes')).out).toBe('Done: store.\n');
    expect((await say('webhooks rotate --yes')).out).toContain('Next: wait 6 more minutes');
    expect(Object(await fake.secrets.read('acme-test/webhook')).previous).toBe('token-of-the-webhooks');
  });

  it('replay shows the sales, asks, and queues them', async () => {
    const { fake, byHand, say } = await connected();
    fake.now = Date.UTC(2026, 0, 5, 1);
    await byHand('sales', {
      location: 'ShipStation Austin',
      lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
      authorise: true,
    });
    expect(await say('replay')).toMatchObject({ code: 2 });
    const shown = await say('replay --since 7d --dry-run');
    expect(shown.code).toBe(0);
    expect(shown.err).toContain(': 1, 1 of them unknown to the bridge.');
    expect(await say('replay --since 7d', 'no')).toMatchObject({ code: 1 });
    expect(fake.saleEvents.messages).toEqual([]);
    expect(await say('replay --since 7d', 'yes')).toMatchObject({ code: 0 });
    expect(fake.saleEvents.messages).toMatchObject([{ saleOrderNumber: 'SO-00001' }]);
  });

  it('locations ensure creates a missing location, and nothing with --dry-run', async () => {
    const { say } = await connected({ location: 'Lantern Yard' });
    expect((await say('locations ensure lantern --dry-run')).out).toBe('Lantern Yard would be created.\n');
    expect((await say('locations ensure lantern')).out).toContain('Created the location Lantern Yard');
  });

  it('inventory sync compares the stock, and drift shows the result', async () => {
    const { fake, say } = await connected();
    expect((await say('inventory drift')).out).toContain('lantern: not compared yet.');
    expect(await say('inventory drift lantern --csv')).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(/Nothing was compared yet: lantern.*sync lantern --dry-run/s),
    });
    await say('inventory sync lantern');
    expect(fake.jobs.messages).toEqual([{ job: 'sync-inventory', connection: 'lantern' }]);
    const directory = mkdtempSync(join(tmpdir(), 'bridge-drift-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'drift.csv');
    const initial = `inventory sync lantern --initial --account 403 --out ${file}`;
    expect(await say(initial)).toMatchObject({ code: 1 });
    expect((await say(`${initial} --dry-run`)).out).toMatch(/ lines, .* agree/);
    expect((await say('inventory drift')).out).toContain('lantern: not compared yet.');
    rmSync(file);
    expect(await say(initial, 'yes')).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(true);
    expect((await say('inventory drift lantern')).out).toMatch(
      /lantern \(ShipStation Austin\), .* in mode stocktake/,
    );
  });
});
