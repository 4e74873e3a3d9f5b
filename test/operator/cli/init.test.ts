import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { manualTimeline } from 'dear-sandbox/kit';
import { startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PROVIDERS } from '../../../lib/providers/registry.ts';
import { loadSettings } from '../../../lib/settings/load.ts';
import type { AuditTrail } from '../../../lib/store/audit.ts';
import { insertConnection } from '../../../operator/cli/init/add-connection.ts';
import { formatSettings } from '../../../operator/init.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { CREDENTIALS, sandboxes } from '../connected-bridge.ts';
import { type SessionOptions, type } from './session.ts';

/** What a person types or chooses, in turn. */
const answers: string[] = [];
const nextAnswer = async () => {
  const answer = answers.shift();
  if (answer === undefined) throw new Error('The test has no answer left');
  return answer;
};
vi.mock('@clack/prompts', () => ({ text: nextAnswer, password: nextAnswer, select: nextAnswer }));

/** A settings file of the real accounts, for `--secrets-only`. */
function writeConnections(file: string, connections: ReadonlyArray<Readonly<Record<string, unknown>>>): void {
  writeFileSync(file, `export default ${JSON.stringify({ dear: {}, connections })};`);
}
const V2 = {
  id: 'shipstation',
  provider: 'shipstation-v2',
  location: 'ShipStation Austin',
  warehouseId: 'se-1001',
};
const STORE = { id: 'shipstation-store', provider: 'shipstation-store', location: 'ShipStation Reno' };
const SANDBOX = {
  id: 'cartrover',
  provider: 'cartrover',
  location: 'Austin',
  warehouse: 'EAST',
  baseUrl: 'sandbox',
};

function workspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-init-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function session(
  credentials: object = CREDENTIALS,
  circumstances: SessionOptions = {},
  inState = true,
  mark = '',
) {
  const directory = workspace();
  const { dear, shipStation } = await sandboxes();
  const secrets = join(directory, 'credentials.json');
  writeFileSync(secrets, `${mark}${JSON.stringify(credentials)}`);
  const file = join(directory, 'acme.config.ts');
  const state = join(directory, 'state');
  const where = `--dear-url ${dear.url} --shipstation-url ${shipStation.url} --file ${file}${inState ? ` --state-dir ${state}` : ''}`;
  const say = (line: string) => type(`init ${where} --secrets ${secrets} ${line}`, circumstances);
  return { say, file, state, stored: join(state, 'secrets.json'), dear, shipStation };
}

const CHOICES = "--location 'ShipStation Austin' --warehouse se-1001";

describe('bridge init', () => {
  it('checks the credentials, writes the settings and stores the secrets', async () => {
    const { say, file, stored, dear } = await session();
    const { code, out, err } = await say(CHOICES);
    expect(code).toBe(0);
    expect(err).toContain(
      'The DEAR account is Larkspur Trail Goods. ShipStation: its account has 2 warehouses.',
    );
    expect(out.split('\n')).toEqual([
      file,
      'dear-fulfillment-bridge-local/dear',
      'dear-fulfillment-bridge-local/connection/shipstation',
      '',
    ]);
    expect(readFileSync(file, 'utf8')).toContain("location: 'ShipStation Austin'");
    expect(JSON.parse(readFileSync(stored, 'utf8'))).toEqual({
      'dear-fulfillment-bridge-local/dear': CREDENTIALS.dear,
      'dear-fulfillment-bridge-local/connection/shipstation': CREDENTIALS.shipStation,
    });
    expect(statSync(stored).mode & 0o777).toBe(0o600);
    expect(dear.calls().every(({ method }) => method === 'GET')).toBe(true);
  });

  it('refuses a state directory that holds something else, in one sentence', async () => {
    const { say, state, file } = await session();
    writeConnections(file, [V2]);
    mkdirSync(state);
    writeFileSync(join(state, 'notes.txt'), 'not ours');
    const { code, out, err } = await say('--secrets-only');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${state} holds something other than the state of a local system`);
    expect(err).not.toContain('    at ');
  });

  it('prints no secret', async () => {
    const { say } = await session();
    for (const line of [CHOICES, `${CHOICES} --force --json`, `${CHOICES} --dry-run --json`]) {
      const { out, err } = await say(line);
      expect(`${out}${err}`).not.toMatch(/application-key|api-key/);
    }
  });

  it('replaces a file only with --force, and writes nothing with --dry-run', async () => {
    const { say, file, stored } = await session();
    expect(await say(`${CHOICES} --dry-run`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('defineConfig'),
    });
    expect([existsSync(file), existsSync(stored)]).toEqual([false, false]);
    writeFileSync(file, 'mine');
    expect(await say(CHOICES)).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect([readFileSync(file, 'utf8'), existsSync(stored)]).toEqual(['mine', false]);
    expect(await say(`${CHOICES} --force`)).toMatchObject({ code: 0 });
  });

  describe('--add', () => {
    const RENO = "--add --location 'ShipStation Reno' --warehouse se-1002";

    it('adds a connection to the file, under a name that is free, and leaves the rest as it was written', async () => {
      const { say, file, stored } = await session();
      await say(CHOICES);
      const before = readFileSync(file, 'utf8').replace("'se-1001',", "'se-1001', // [the main one");
      writeFileSync(file, before);
      const { code } = await say(RENO);
      expect(code).toBe(0);
      const after = readFileSync(file, 'utf8');
      expect(after).toContain("'se-1001', // [the main one");
      // A process loads a file once.
      const again = join(dirname(file), 'again.config.ts');
      writeFileSync(again, after);
      expect((await loadSettings(again)).connections.map(({ id, location }) => [id, location])).toEqual([
        ['shipstation', 'ShipStation Austin'],
        ['shipstation-2', 'ShipStation Reno'],
      ]);
      expect(Object.keys(JSON.parse(readFileSync(stored, 'utf8')))).toHaveLength(3);
    });

    it('writes nothing where the location is taken, and says that the two need rules', async () => {
      const { say, file } = await session();
      await say(CHOICES);
      const before = readFileSync(file, 'utf8');
      const { code, err } = await say(`--add ${CHOICES}`);
      expect(code).not.toBe(0);
      expect(err).toContain('only one connection of a location may be without rules');
      expect(readFileSync(file, 'utf8')).toBe(before);
    });

    it('shows what to add by hand where the list is not written out', async () => {
      const { say, file, dear, shipStation } = await session();
      const written = { ...V2, baseUrl: shipStation.url };
      writeFileSync(
        file,
        `const list = [${JSON.stringify(written)}];\nexport default { dear: { baseUrl: '${dear.url}' }, connections: list };\n`,
      );
      const { code, err } = await say(RENO);
      expect(code).not.toBe(0);
      expect(err).toContain("id: 'shipstation-2',");
      expect(readFileSync(file, 'utf8')).not.toContain('shipstation-2');
    });
  });

  it('stores the keys of each connection of the settings that they are for with --secrets-only', async () => {
    const { say, file, stored } = await session();
    writeConnections(file, [V2, { ...V2, id: 'reno', location: 'Reno', warehouseId: 'se-1002' }, STORE]);
    const before = readFileSync(file, 'utf8');
    expect(await say('--secrets-only')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(JSON.parse(readFileSync(stored, 'utf8'))).toEqual({
      'dear-fulfillment-bridge-local/dear': CREDENTIALS.dear,
      'dear-fulfillment-bridge-local/connection/shipstation': CREDENTIALS.shipStation,
      'dear-fulfillment-bridge-local/connection/reno': CREDENTIALS.shipStation,
    });
  });

  it('calls the addresses of the settings with --secrets-only', async () => {
    const { dear, shipStation } = await sandboxes();
    const directory = workspace();
    const [file, secrets] = [join(directory, 'a.config.ts'), join(directory, 'secrets.json')];
    const connections = [{ ...V2, baseUrl: shipStation.url }];
    writeFileSync(file, `export default ${JSON.stringify({ dear: { baseUrl: dear.url }, connections })};`);
    writeFileSync(secrets, JSON.stringify(CREDENTIALS));
    const line = `init --secrets-only --file ${file} --secrets ${secrets} --state-dir ${directory}/state`;
    expect(await type(line)).toMatchObject({ code: 0 });
    expect(dear.calls().length).toBeGreaterThan(0);
  });

  it.each([
    ['a connection that the settings lack', [V2], '--connection austin', 'no connection austin. Connections'],
    ['a warehouse that the account lacks', [{ ...V2, warehouseId: 'se-7' }], '', "warehouseId 'se-7' of the"],
    ['settings of the sandbox', [SANDBOX], '', 'no connection of a real account'],
    ['no settings', null, '', 'does not exist'],
  ])('stores nothing for %s', async (_, connections, line, message) => {
    const { say, file, stored } = await session();
    if (connections !== null) writeConnections(file, connections);
    const { code, err } = await say(`--secrets-only ${line}`);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
    expect(existsSync(stored)).toBe(false);
  });

  it('names the host that it tried', async () => {
    const { say } = await session({ ...CREDENTIALS, dear: { accountId: 'a', applicationKey: 'wrong' } });
    expect((await say(CHOICES)).err).toMatch(/DEAR does not accept .* at 127\.0\.0\.1:\d+/);
  });

  it('asks a person again for the one wrong answer', async () => {
    const { dear, shipStation } = await sandboxes();
    const file = join(workspace(), 'acme.config.ts');
    answers.push('account', 'wrong', 'account', 'application-key', 'wrong', 'api-key', 'se-1002');
    const where = `--dear-url ${dear.url} --shipstation-url ${shipStation.url} --file ${file} --state-dir ${file}.state`;
    const line = `init ${where} --provider shipstation-v2 --location Austin --warehouse se-9`;
    const { code, err } = await type(line, { says: 'yes' });
    expect(code).toBe(0);
    expect(answers).toEqual([]);
    expect(err).toContain('DEAR does not accept our credentials');
    expect(err).toContain('--warehouse se-9 is not in the account');
    expect(err).toContain(`Next: export BRIDGE_CONFIG=${file}, then: npm start`);
    expect(readFileSync(file, 'utf8')).toContain("warehouseId: 'se-1002'");
  });

  it('says what was written where a write fails', async () => {
    const { say, file, stored } = await session();
    mkdirSync(file);
    const { code, err } = await say(`${CHOICES} --force`);
    expect(code).toBe(1);
    expect(err).toContain(`${file} could not be written: EISDIR`);
    expect(err).toContain('Written before: dear-fulfillment-bridge-local/dear, dear-fulfillment');
    expect(existsSync(stored)).toBe(true);
  });

  it('stores nothing for a deployed bridge that lacks a secret', async () => {
    const missing = new ResourceNotFoundException({ message: 'no', $metadata: {} });
    const aws = mockClient(SecretsManagerClient).on(DescribeSecretCommand).resolvesOnce({}).rejects(missing);
    onTestFinished(() => aws.restore());
    const { say } = await session(CREDENTIALS, { bridge: new InMemoryBridge().bridge }, false);
    const { code, err } = await say('--secrets-only --stack acme-test --region eu-west-1');
    expect(code).toBe(5);
    expect(err).toContain('The secret acme-test/connection/lantern is not there');
    expect(aws.commandCalls(PutSecretValueCommand)).toEqual([]);
  });

  it('asks for the store of a V1 account, and writes settings that can be read again', async () => {
    const pair = { apiKey: 'key', apiSecret: 'secret' };
    const v1 = await startShipStationV1Sandbox({ port: 0, ...pair, timeline: manualTimeline() });
    onTestFinished(() => v1.close());
    const { say, file, stored } = await session({ dear: CREDENTIALS.dear, shipStationV1: pair });
    const line = `--provider shipstation-v1 --shipstationv1-url ${v1.url} --location 'ShipStation Austin'`;
    expect(await say(`${line} --store 77003`)).toMatchObject({ code: 2 });
    const { code, err } = await say(`${line} --store 77002`);
    expect(code).toBe(0);
    expect(err).toContain('ShipStation: its account has 3 stores.');
    expect(readFileSync(file, 'utf8')).toContain("storeId: '77002'");
    expect(JSON.parse(readFileSync(stored, 'utf8'))).toMatchObject({
      'dear-fulfillment-bridge-local/connection/shipstation-v1': pair,
    });
  });

  it('makes a user name and a password for a service that calls us, and shows them with what to enter there', async () => {
    const { say, file, stored } = await session({ dear: CREDENTIALS.dear });
    const line = "--provider shipstation-store --location 'ShipStation Austin' --force";
    const first = await say(line);
    expect(first).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain("provider: 'shipstation-store'");
    const readPair = () =>
      JSON.parse(readFileSync(stored, 'utf8'))['dear-fulfillment-bridge-local/connection/shipstation-store'];
    const pair = readPair();
    expect(Object.keys(pair).sort()).toEqual(['password', 'username']);
    expect(pair.password).toMatch(/^[\w-]{32}$/);
    expect(first.err).toContain(`Password for ShipStation: ${pair.password}`);
    expect(first.err).toContain('Custom Store');
    expect(first.out).not.toContain(pair.password);
    await say(line);
    expect(readPair()).toEqual(pair);
  });

  it('keeps the pair before valid while ShipStation is given the new one', async () => {
    const pair = { username: 'bridge', password: 'the second password' };
    const { say, stored, file } = await session({ dear: CREDENTIALS.dear, shipStationStore: pair });
    const name = 'dear-fulfillment-bridge-local/connection/shipstation-store';
    const readStored = () => JSON.parse(readFileSync(stored, 'utf8'))[name];
    const line = '--provider shipstation-store --secrets-only';
    writeConnections(file, [STORE]);
    await say(line);
    writeFileSync(stored, JSON.stringify({ [name]: { username: 'bridge', password: 'the first password' } }));
    await say(line);
    expect(readStored()).toEqual({
      ...pair,
      previousUsername: 'bridge',
      previousPassword: 'the first password',
    });
    await say(line);
    expect(readStored()).toEqual(pair);
  });

  it('records in the audit of a deployed bridge who stored new keys, or says that it could not', async () => {
    const put = mockClient(SecretsManagerClient).on(PutSecretValueCommand).resolves({});
    put.on(DescribeSecretCommand).resolves({});
    onTestFinished(() => put.restore());
    const fake = new InMemoryBridge();
    const { say } = await session(CREDENTIALS, { bridge: fake.bridge }, false);
    const line = '--secrets-only --stack acme-test --region eu-west-1 --as Ada';
    expect(await say(line)).toMatchObject({ code: 0 });
    expect(await fake.audit()).toEqual([
      {
        by: 'Ada',
        what: 'stored new credentials',
        about: 'acme-test/dear, acme-test/connection/lantern',
      },
    ]);
    const audit: AuditTrail = Object.create(fake.bridge.audit, {
      add: { value: async () => Promise.reject(new Error('no table')) },
    });
    const { say: sayBlind } = await session(CREDENTIALS, { bridge: { ...fake.bridge, audit } }, false);
    expect(await sayBlind(line)).toMatchObject({
      code: 0,
      err: expect.stringContaining('the audit has no entry'),
    });
    expect(put.commandCalls(PutSecretValueCommand)).toHaveLength(4);
  });

  it.each([
    [
      '',
      'Missing, and there is no terminal to ask at: --location; choices: Main Warehouse, ShipStation Austin',
    ],
    ["--location 'ShipStation Austin'", '--warehouse; choices: se-1001, se-1002'],
    ["--location 'ShipStation Austin' --warehouse se-9", '--warehouse se-9 is not in the account'],
  ])("names the missing option after '%s'", async (line, message) => {
    const { say, file } = await session();
    expect(await say(line)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    expect(existsSync(file)).toBe(false);
  });

  it('writes nothing with wrong credentials', async () => {
    const { say, file, stored } = await session({ ...CREDENTIALS, shipStation: { apiKey: 'wrong' } });
    expect(await say(CHOICES)).toMatchObject({ code: 1, err: expect.stringContaining('shipstation') });
    expect([existsSync(file), existsSync(stored)]).toEqual([false, false]);
  });

  it.each([
    ['an unreadable secrets file', '--secrets nowhere.json', 'cannot be read'],
    ['no secrets and no terminal', '', 'Missing, and there is no terminal to ask at: --secrets FILE'],
  ])('refuses to run with %s', async (_, line, message) => {
    expect(await type(`init --file nowhere.config.ts ${line}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(message),
    });
  });

  it('accepts the mark that a Windows editor puts before a secrets file', async () => {
    const { say } = await session(CREDENTIALS, {}, true, '\ufeff');
    expect(await say(`${CHOICES} --dry-run`)).toMatchObject({ code: 0 });
  });

  it('quotes nothing of a secrets file in another form', async () => {
    const { say } = await session({ dear: { accountId: 'account', key: 'application-key' } });
    const { code, err } = await say(CHOICES);
    expect(code).toBe(2);
    expect(err).toContain('--secrets lacks dear.applicationKey: it has to be {');
    expect(err).not.toContain('application-key');
  });
});

describe('a connection that is added to a text', () => {
  const entry = "{\n  id: 'new',\n}";
  it.each([
    ['one that ends with a comma', "connections: [\n    { id: 'a' },\n  ]"],
    ['one without', "connections: [{ id: 'a' }]"],
    ['a comment behind it', "connections: [\n    { id: 'a' } // the ] of Austin\n  ]"],
    [
      'brackets in texts and comments',
      "/* connections: [ */ connections: [{ id: 'a', location: ']' /* ] */ }]",
    ],
    ['lists inside', "connections: [{ id: 'a', admission: { salesChannels: ['x'] } },]"],
  ])('follows %s', (_, list) => {
    const text = insertConnection(`export default { dear: {}, ${list}, alarms: {} };`, entry) ?? '';
    const value: unknown = new Function(text.replace('export default', 'return'))();
    expect(value).toMatchObject({ connections: [{ id: 'a' }, { id: 'new' }], alarms: {} });
  });

  it('is not added where there is no list', () => {
    expect(insertConnection('export default { connections: list };', entry)).toBeNull();
  });
});

describe('the settings that bridge init writes', () => {
  it('can be loaded, with quotes and backslashes in a name', async () => {
    const facts = {
      connection: 'shipstation',
      provider: PROVIDERS[0],
      location: "Ada's \\ Yard",
      own: { warehouseId: 'se-1' },
      dearUrl: 'http://127.0.0.1:1/v2/',
    };
    const file = join(workspace(), 'acme.config.ts');
    const text = formatSettings(facts).replace("'./lib", `'${process.cwd()}/lib`);
    writeFileSync(file, text);
    expect(await loadSettings(file)).toMatchObject({
      dear: { baseUrl: 'http://127.0.0.1:1/v2/' },
      connections: [{ id: 'shipstation', location: "Ada's \\ Yard", warehouseId: 'se-1' }],
    });
  });

  it('are refused with an unusable connection id', () => {
    const facts = {
      connection: 'No Good',
      provider: PROVIDERS[0],
      location: 'x',
      own: { warehouseId: 'se-1', baseUrl: 'y' },
      dearUrl: 'x',
    };
    expect(() => formatSettings(facts)).toThrow('The settings made of your answers cannot be used');
  });
});
