import { describe, expect, it } from 'vitest';
import { OWNED_BY_INTEGRATION } from '../../lib/workflows/confirmation-outcomes.ts';
import { concurrency } from '../../operator/checks/upkeep.ts';
import { examine } from '../../operator/doctor.ts';
import { pauseProvider } from '../../operator/upstream-access.ts';
import { applyWebhooks } from '../../operator/webhooks.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import {
  type ConnectedBridgeOptions,
  CREDENTIALS,
  connectedBridge,
  runEveryJob,
} from './connected-bridge.ts';
import { seedOrder } from './seed.ts';

const ADA = { name: 'Ada' };
const DAY_MS = 86_400_000;

async function healthy(options: ConnectedBridgeOptions & { readonly hasRun?: boolean } = {}) {
  const connected = await connectedBridge(options);
  connected.fake.runClock();
  if (options.hasRun !== false) await runEveryJob(connected.fake, ['QUILL-01', 'WAX-02']);
  for (const [name, { value }] of connected.fake.secrets.values) {
    await connected.fake.secrets.write(name, Object(value));
  }
  if (options.automationModule !== false) await applyWebhooks(connected.fake.bridge, ADA);
  return connected;
}

/** Name, finding and next step of the checks that failed. */
async function getFailures(
  { fake }: Awaited<ReturnType<typeof connectedBridge>>,
  bridge: Parameters<typeof examine>[0] = fake.bridge,
) {
  const checks = await examine(bridge);
  return checks.filter(({ ok }) => !ok).map(({ name, found, next }) => `${name}: ${found} → ${next}`);
}

describe('the doctor', () => {
  it('passes every check of a healthy bridge, and changes nothing', async () => {
    const connected = await healthy();
    const { puts } = connected.fake.table;
    const calls = connected.dear.calls().length;
    expect(await getFailures(connected)).toEqual([]);
    expect(connected.fake.table.puts).toBe(puts);
    const made = connected.dear.calls().slice(calls);
    expect(made.every(({ method }) => method === 'GET')).toBe(true);
    expect(made.length).toBeLessThanOrEqual(5);
  });

  it('explains credentials that belong to several organisations, as every other command does', async () => {
    const connected = await healthy();
    await fetch(`${connected.dear.origin}/sandbox/behaviour`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ severalOrganisations: true }),
    });
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(
        /^DEAR credentials: DEAR finds several organisations .*each organisation takes a deployment of its own.* → bridge init/,
      ),
    );
    const dear = await connected.fake.bridge.dear();
    await expect(dear.readSale('675be166-2c4d-4267-ab52-9fed116751d6')).rejects.toThrow(
      'finds several organisations under these credentials',
    );
  });

  it('finds wrong credentials, and continues with the other checks', async () => {
    const connected = await healthy();
    await connected.fake.secrets.write('acme-test/dear', { accountId: 'account', applicationKey: 'wrong' });
    await connected.fake.secrets.write('acme-test/connection/lantern', {});
    const failures = await getFailures(connected);
    expect(failures).toContainEqual(
      expect.stringMatching(/^DEAR credentials: .* → bridge init --secrets FILE/),
    );
    expect(failures).toContainEqual(
      expect.stringMatching(/^credentials of lantern: no key is stored → bridge init/),
    );
    expect(failures).toContainEqual(expect.stringMatching(/^locations: could not be checked: .*credentials/));
  });

  it.each([
    // A new account, or one whose other functions have reserved nearly all.
    [{ account: 10, unreserved: 10 }, 0, 'needs 27 of those → Service Quotas'],
    [{ account: 1_000, unreserved: 26 }, 0, 'needs 27 of those → Service Quotas'],
    [{ account: 1_000, unreserved: 26 }, 10, null],
    [{ account: 1_000, unreserved: 1_000 }, 0, null],
  ])(
    'compares %j concurrent executions, %i of them reserved, with what the workers want',
    async (limits, reservedForWebhooks, expected) => {
      const fake = new InMemoryBridge({ aws: { reservedForWebhooks } });
      fake.concurrency = limits;
      const [check] = await concurrency.examine(fake.bridge);
      expect(check!.ok).toBe(expected === null);
      if (expected !== null) expect(`${check!.found} → ${check!.next}`).toContain(expected);
    },
  );

  it('proposes to reserve executions for webhooks only where AWS would accept it', async () => {
    const fake = new InMemoryBridge();
    const proposal = 'set aws: { reservedForWebhooks: 10 }';
    fake.concurrency = { account: 1_000, unreserved: 110 };
    expect((await concurrency.examine(fake.bridge))[0]!.found).toContain(proposal);
    fake.concurrency = { account: 1_000, unreserved: 109 };
    expect((await concurrency.examine(fake.bridge))[0]!.found).not.toContain(proposal);
  });

  it('finds connections of one account whose settings disagree', async () => {
    const beside = { id: 'anvil', location: 'ShipStation Reno', callsPerMinute: 100 };
    const connected = await healthy({ beside });
    const failures = await getFailures(connected);
    expect(failures).toContainEqual(
      expect.stringMatching(
        /^account of lantern, anvil: they share its 200 or 100 calls .* → set the same callsPerMinute/,
      ),
    );
    expect(failures).toContainEqual(
      expect.stringMatching(
        /^stock of lantern, anvil: .*anvil compares ShipStation Reno with the whole account's stock/,
      ),
    );
  });

  it('passes connections of one account whose settings agree', async () => {
    const inventory = { every: 'off' as const };
    const beside = { id: 'anvil', location: 'ShipStation Reno', inventory };
    const { fake } = await healthy({ connection: { inventory }, beside });
    const checks = await examine(fake.bridge);
    expect(checks.filter(({ name }) => /^(account|stock) of/.test(name))).toEqual([
      expect.objectContaining({ name: 'account of lantern, anvil', ok: true }),
    ]);
  });

  it('says which connection of a location ships what by rules', async () => {
    const beside = {
      id: 'anvil',
      location: 'ShipStation Austin',
      rules: [{ skus: ['WAX-*'] }],
      inventory: { every: 'off' as const },
    };
    const { fake } = await healthy({ beside });
    const { ok, found } = (await examine(fake.bridge)).find(
      ({ name }) => name === 'rules of ShipStation Austin',
    )!;
    expect([ok, found]).toEqual([true, 'anvil by a rule; lantern ships the rest']);
  });

  it('finds two keys of one account', async () => {
    const connected = await healthy({ beside: { id: 'anvil', location: 'ShipStation Reno' } });
    await connected.fake.secrets.write('acme-test/connection/anvil', { apiKey: CREDENTIALS.secondKey });
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(
        /^account of lantern, anvil: they have two keys of one account.* → store the same key for each of/,
      ),
    );
  });

  it('finds an account without the Automation module, and missing webhooks', async () => {
    const connected = await healthy({ automationModule: false });
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(/^Automation module: .* → .*webhooks: 'off'/),
    );
    const without = await connectedBridge();
    expect(await getFailures(without)).toContainEqual(
      expect.stringMatching(/^webhooks: DEAR Sale\/OrderAuthorised: missing.* → bridge webhooks apply$/),
    );
  });

  it.each([
    ['is missing', 'Nowhere', "DEAR has no location 'Nowhere'"],
    ['has bins', 'Workshop', "'Workshop' has 2 bins, which an external location must not have"],
  ])('finds a location that %s', async (_, location, found) => {
    const connected = await healthy({ connection: { location } });
    expect(await getFailures(connected)).toContain(
      `location of lantern: ${found} → bridge locations ensure lantern`,
    );
  });

  it('finds an unknown warehouse and a mapping to an unknown location', async () => {
    const connected = await healthy({
      connection: { warehouseId: 'se-9', warehouses: { 'se-1002': 'Atlantis' } },
    });
    expect(await getFailures(connected)).toEqual([
      'warehouse of lantern: se-9 is not in its account → set warehouseId to one of se-1001, se-1002 in bridge.config.ts',
      "mapping of lantern se-1002: DEAR has no location 'Atlantis' → correct warehouses: { 'se-1002': … } in bridge.config.ts",
    ]);
  });

  it('counts orders whose unmapped method holds nothing', async () => {
    const connected = await healthy();
    await seedOrder(connected.fake, { method: 'unmapped' });
    const checks = await examine(connected.fake.bridge);
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'shipping methods',
        found: expect.stringContaining('1 late orders have one'),
      }),
    );
  });

  it('finds failed orders, unmapped shipping methods, parked messages and pauses', async () => {
    const connected = await healthy();
    const held = {
      status: 'On Hold',
      desired: 'held',
      hold: 'shipping-method',
      reason: 'No service.',
    } as const;
    await seedOrder(connected.fake, { ...held, reference: 'SO-1-1' });
    await seedOrder(connected.fake, { status: 'Failed', reference: 'SO-2-1' });
    connected.fake.queues.jobs.park('{}', 'probe#');
    await pauseProvider(connected.fake.bridge, 'lantern', ADA, 'stock count');
    expect(await getFailures(connected)).toEqual([
      expect.stringMatching(/^shipping methods: 1 orders .* → .*bridge orders ship SO-1-1$/),
      'orders: failed: 1 → bridge orders list --waiting failed',
      'parked in jobs: 1 → bridge queues peek jobs',
      expect.stringMatching(
        /^writes to lantern: Ada paused it .*stock count → bridge provider resume lantern$/,
      ),
    ]);
  });

  it('finds late jobs, failing jobs and old secrets', async () => {
    const connected = await healthy();
    const at = (ms: number) => new Date(connected.fake.now - ms).toISOString();
    const run = { doneUntil: '', counts: {}, outcome: 'finished', connection: 'lantern' } as const;
    await connected.fake.bridge.runs.save({
      ...run,
      job: 'collect-shipments',
      startedAt: at(DAY_MS),
      succeededAt: at(DAY_MS),
      failure: '',
    });
    await connected.fake.bridge.runs.save({
      ...run,
      job: 'refresh-tracking',
      startedAt: at(60_000),
      succeededAt: '',
      outcome: 'failed',
      failure: 'lantern could not be reached: list labels',
    });
    connected.fake.secrets.values.get('acme-test/webhook')!.at = at(400 * DAY_MS);
    expect(await getFailures(connected)).toEqual([
      expect.stringMatching(
        /^job collect-shipments-lantern: last succeeded at .* → bridge logs --service run-job/,
      ),
      expect.stringMatching(
        /^job refresh-tracking-lantern: has not succeeded yet; .*list labels → bridge logs/,
      ),
      'secret acme-test/webhook: last changed 400 days ago → bridge webhooks rotate',
    ]);
  });

  it('finds a killed run of collect-shipments after ten minutes', async () => {
    const connected = await healthy();
    const { fake } = connected;
    const at = (agoMs: number) => new Date(fake.now - agoMs).toISOString();
    const killed = (agoMs: number) => ({
      job: 'collect-shipments',
      connection: 'lantern',
      doneUntil: at(agoMs + 300_000),
      startedAt: at(agoMs),
      succeededAt: at(agoMs + 300_000),
      outcome: 'running' as const,
      counts: {},
      failure: '',
    });
    await fake.bridge.runs.save(killed(4 * 60_000));
    expect(await getFailures(connected)).toEqual([]);
    await fake.bridge.runs.save(killed(6 * 60_000));
    expect(await getFailures(connected)).toEqual([
      expect.stringMatching(
        /^job collect-shipments-lantern: .*a run that began at .* has not ended → bridge logs/,
      ),
    ]);
  });

  it('finds a job that has not succeeded after three of its periods', async () => {
    const connected = await healthy();
    const { fake } = connected;
    const at = new Date(fake.now).toISOString();
    const begun = { doneUntil: '', startedAt: at, succeededAt: '', counts: {}, failure: '' };
    await fake.bridge.runs.save({ ...begun, job: 'probe', connection: '', outcome: 'unfinished' });
    await fake.bridge.runs.saveExpected({ 'probe#': new Date(fake.now - 14 * 60_000).toISOString() });
    expect(await getFailures(connected)).toEqual([]);
    await fake.bridge.runs.saveExpected({ 'probe#': new Date(fake.now - 16 * 60_000).toISOString() });
    expect(await getFailures(connected)).toEqual([
      'job probe: has not succeeded yet → bridge logs --service run-job --since 1d',
    ]);
  });

  it('finds jobs that never ran, and a catalogue that was never read', async () => {
    const failures = await getFailures(await healthy({ hasRun: false }));
    expect(failures).toContain('job probe: never ran → wait for its schedule, or: bridge jobs run probe');
    expect(failures).toContain(
      'SKUs at lantern: the list of its products was never read → bridge jobs run refresh-catalogue --connection lantern',
    );
  });

  it('finds SKUs of waiting orders that the service does not know', async () => {
    const connected = await healthy();
    await seedOrder(connected.fake);
    expect(await getFailures(connected)).toEqual([]);
    const at = new Date(connected.fake.now).toISOString();
    await connected.fake.bridge.catalogues.replace('lantern', new Set(['QUILL-01']), at);
    expect(await getFailures(connected)).toEqual([
      expect.stringMatching(/^SKUs at lantern: the service does not know WAX-02 → add them at lantern/),
    ]);
  });

  it.each([
    ['has no subscriber', [], 'no subscriber → set alarms'],
    [
      'has a subscriber that never confirmed',
      [{ protocol: 'email', confirmed: false }],
      '1 of 1 subscribers (email) have not confirmed',
    ],
  ])('finds that the alarm topic %s', async (_, subscribers, found) => {
    const connected = await healthy();
    connected.fake.subscribers = subscribers;
    expect(await getFailures(connected)).toEqual([expect.stringContaining(`alarms: ${found}`)]);
  });

  it('finds that a subscriber of the settings has gone', async () => {
    const connected = await healthy();
    const { bridge } = connected.fake;
    const alarms = { ...bridge.settings.alarms, emails: ['on-call@acme.test', 'owner@acme.test'] };
    const failures = await getFailures(connected, { ...bridge, settings: { ...bridge.settings, alarms } });
    expect(failures).toEqual([
      expect.stringMatching(/^alarms: 1 of the subscribers .* remove the address, deploy/),
    ]);
  });

  it('finds a wrong clock', async () => {
    const connected = await healthy();
    connected.fake.runClock(-60_000);
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(/^clock: .* → set this machine to network time$/),
    );
  });

  it('finds that this machine does not reach DEAR', async () => {
    const connected = await healthy();
    const { bridge } = connected.fake;
    const dear = { ...bridge.settings.dear, baseUrl: 'http://127.0.0.1:64999/ExternalApi/v2/' };
    const failures = await getFailures(connected, { ...bridge, settings: { ...bridge.settings, dear } });
    expect(failures).toEqual([
      expect.stringMatching(
        /^clock: 127\.0\.0\.1:64999 could not be reached \(connect ECONNREFUSED .* without a proxy$/,
      ),
    ]);
  });

  it('names each order with set-aside shipments, since when and why', async () => {
    const connected = await healthy();
    const { setAside, settings } = connected.fake.bridge;
    const news = { reference: 'SO-00042-1', shipments: [], withdrawn: [], returns: [] };
    const since = new Date(connected.fake.now).toISOString();
    const entry = { news, since, reason: 'It could not be recorded.' };
    await setAside.save(settings.connections[0]?.id ?? '', [entry], 0);
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(/^orders set aside: SO-00042-1: since .*could not be recorded/),
    );
  });

  it('finds a location that belongs to an integration of DEAR', async () => {
    const connected = await healthy();
    const { fake } = connected;
    const order = await seedOrder(fake);
    const refused = {
      ...order,
      version: 2,
      status: 'Shipped',
      confirmation: { ...order.confirmation, state: 'refused' },
      log: [{ at: '2026-02-03T09:00:00.000Z', by: 'DEAR', what: OWNED_BY_INTEGRATION }],
    } as const;
    await fake.bridge.orders.save({ ...refused, log: [...refused.log] });
    expect(await getFailures(connected)).toContainEqual(
      expect.stringMatching(/^location ownership: DEAR refused SO-00042-1/),
    );
  });
});
