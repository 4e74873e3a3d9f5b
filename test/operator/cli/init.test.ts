import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '../../../lib/settings/load.ts';
import { settingsText } from '../../../operator/init.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { CREDENTIALS, sandboxes } from '../connected-bridge.ts';
import { type Circumstances, type } from './session.ts';

function workspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-init-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function session(credentials: object = CREDENTIALS, circumstances: Circumstances = {}) {
  const directory = workspace();
  const { dear, shipStation } = await sandboxes();
  const secrets = join(directory, 'credentials.json');
  writeFileSync(secrets, JSON.stringify(credentials));
  const file = join(directory, 'acme.config.ts');
  const state = join(directory, 'state');
  const where = `--dear-url ${dear.url} --shipstation-url ${shipStation.url} --file ${file} --state ${state}`;
  const say = (line: string) => type(`init ${where} --secrets ${secrets} ${line}`, circumstances);
  return { say, file, state, stored: join(state, 'secrets.json'), dear, shipStation };
}

const CHOICES = "--location 'ShipStation Austin' --warehouse se-1001";

describe('bridge init', () => {
  it('tries the credentials, writes the settings and stores the secrets', async () => {
    const { say, file, stored, dear } = await session();
    const { code, out, err } = await say(CHOICES);
    expect(code).toBe(0);
    expect(err).toContain('DEAR opens the account of Larkspur Trail Goods; ShipStation has 2 warehouses.');
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
    const { say, state } = await session();
    mkdirSync(state);
    writeFileSync(join(state, 'notes.txt'), 'not ours');
    const { code, out, err } = await say('--secrets-only');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${state} holds something other than the state of a local system`);
    expect(err).not.toContain('    at ');
  });

  it('prints no secret, whatever it does', async () => {
    const { say } = await session();
    for (const line of [CHOICES, `${CHOICES} --force --json`, `${CHOICES} --dry-run --json`]) {
      const { out, err } = await say(line);
      expect(`${out}${err}`).not.toMatch(/application-key|api-key/);
    }
  });

  it('writes over nothing without --force, and nothing at all with --dry-run', async () => {
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

  it('stores new keys and leaves the settings', async () => {
    const { say, file, stored } = await session();
    expect(await say('--secrets-only')).toMatchObject({ code: 0 });
    expect([existsSync(file), existsSync(stored)]).toEqual([false, true]);
  });

  it('of a deployed bridge writes down who stored new keys, or says that it could not', async () => {
    const put = mockClient(SecretsManagerClient).on(PutSecretValueCommand).resolves({});
    onTestFinished(() => put.restore());
    const fake = new InMemoryBridge();
    const { say } = await session(CREDENTIALS, { bridge: fake.bridge });
    const line = '--secrets-only --stack acme-test --region eu-west-1 --as Ada';
    expect(await say(line)).toMatchObject({ code: 0 });
    expect(await fake.audit()).toEqual([
      {
        by: 'Ada',
        what: 'stored new credentials',
        about: 'acme-test/dear, acme-test/connection/shipstation',
      },
    ]);
    const { say: sayBlind } = await session();
    expect(await sayBlind(line)).toMatchObject({
      code: 0,
      err: expect.stringContaining('The audit does not have it'),
    });
    expect(put.calls()).toHaveLength(4);
  });

  it.each([
    [
      '',
      'Missing, and there is no terminal to ask at: --location; there are: Main Warehouse, ShipStation Austin',
    ],
    ["--location 'ShipStation Austin'", '--warehouse; there are: se-1001, se-1002'],
    ["--location 'ShipStation Austin' --warehouse se-9", '--warehouse se-9 is not in the account'],
  ])('asks for what is missing: %s', async (line, message) => {
    const { say, file } = await session();
    expect(await say(line)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    expect(existsSync(file)).toBe(false);
  });

  it('stops at credentials that are wrong, before anything is written', async () => {
    const { say, file, stored } = await session({ ...CREDENTIALS, shipStation: { apiKey: 'wrong' } });
    expect(await say(CHOICES)).toMatchObject({ code: 1, err: expect.stringContaining('shipstation') });
    expect([existsSync(file), existsSync(stored)]).toEqual([false, false]);
  });

  it.each([
    ['no file', '--secrets nowhere.json', 'cannot be read'],
    ['no secrets', '', 'Missing, and there is no terminal to ask at: --secrets FILE'],
  ])('needs credentials: %s', async (_, line, message) => {
    expect(await type(`init ${line}`)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  it('quotes nothing of a file that has another form', async () => {
    const { say } = await session({ dear: { accountId: 'account', key: 'application-key' } });
    const { code, err } = await say(CHOICES);
    expect(code).toBe(2);
    expect(err).toContain('--secrets has to be {');
    expect(err).not.toContain('application-key');
  });
});

describe('the settings that it writes', () => {
  it('can be loaded as they are, quotes and all', async () => {
    const facts = {
      connection: 'shipstation',
      location: "Ada's \\ Yard",
      warehouseId: 'se-1',
      dearUrl: 'http://127.0.0.1:1/v2/',
      shipStationUrl: 'https://api.shipstation.com',
    };
    const file = join(workspace(), 'acme.config.ts');
    const text = settingsText(facts).replace("'./lib", `'${process.cwd()}/lib`);
    writeFileSync(file, text);
    expect(await loadSettings(file)).toMatchObject({
      dear: { baseUrl: 'http://127.0.0.1:1/v2/' },
      connections: [{ id: 'shipstation', location: "Ada's \\ Yard", warehouseId: 'se-1' }],
    });
  });

  it('are refused where an answer cannot be used', () => {
    const facts = {
      connection: 'No Good',
      location: 'x',
      warehouseId: 'se-1',
      dearUrl: 'x',
      shipStationUrl: 'y',
    };
    expect(() => settingsText(facts)).toThrow('What was answered cannot be used');
  });
});
