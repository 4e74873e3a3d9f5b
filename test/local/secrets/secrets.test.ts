import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSettings } from '../../../lib/settings/define-config.ts';
import { openSecretFile, provideCredentials, provideGenerated } from '../../../local/secrets.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  path = join(folder, 'secrets.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settingsWith = (dearUrl: string, connectionUrl: string) =>
  parseSettings(
    {
      dear: { baseUrl: dearUrl },
      connections: [
        {
          id: 'north',
          provider: 'shipstation-v2',
          baseUrl: connectionUrl,
          location: 'North',
          warehouseId: 'se-1',
        },
      ],
    },
    'test',
  );
const SANDBOX = settingsWith('sandbox', 'sandbox');
const REAL = settingsWith('https://dear.example/v2/', 'https://shipping.example');
const read = () => JSON.parse(readFileSync(path, 'utf8'));

describe('provideCredentials', () => {
  it('generates credentials for sandboxes once, in a file that only its owner can read', () => {
    provideCredentials(openSecretFile(path), SANDBOX, 'acme');
    const first = read();
    expect(Object.keys(first)).toEqual(['acme/dear', 'acme/connection/north']);
    expect(first['acme/connection/north'].apiKey).toMatch(/^sandbox-\w{24}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    provideCredentials(openSecretFile(path), SANDBOX, 'acme');
    expect(read()).toEqual(first);
  });

  it('asks a system that keeps nothing to be started another way, and not for a file that it deletes', () => {
    const provide = () => provideCredentials(openSecretFile(path), REAL, 'acme', false);
    expect(provide).toThrow('Leave --ephemeral out, and store them with: npx bridge init --secrets-only');
    expect(provide).not.toThrow(path);
  });

  it('names the entries and the file that a real account requires', () => {
    const provide = () => provideCredentials(openSecretFile(path), REAL, 'acme');
    expect(provide).toThrow(
      `in ${path}:\n  - "acme/dear" → "accountId"\n  - "acme/dear" → "applicationKey"\n  - "acme/connection/north" → "apiKey"`,
    );
    writeFileSync(
      path,
      JSON.stringify({
        'acme/dear': { accountId: 'a', applicationKey: 'b' },
        'acme/connection/north': { apiKey: 'c' },
      }),
    );
    expect(provide).not.toThrow();
  });

  it('never uses a sandbox’s credentials for a real account', () => {
    provideCredentials(openSecretFile(path), SANDBOX, 'acme');
    expect(() => provideCredentials(openSecretFile(path), REAL, 'acme')).toThrow('"acme/dear" → "accountId"');
  });

  it('reports an invalid file without quoting it', () => {
    writeFileSync(path, '{"acme/dear": "hidden');
    const provide = () => provideCredentials(openSecretFile(path), SANDBOX, 'acme');
    expect(provide).toThrow(/^.*secrets\.json is not a JSON object of secrets/);
    expect(provide).not.toThrow(/hidden/);
  });
});

describe('provideGenerated', () => {
  it('generates the template’s secrets and keeps them', () => {
    const file = openSecretFile(path);
    const definitions = [
      { name: 'acme/webhook', generate: { key: 'current', length: 48, template: { previous: '' } } },
      { name: 'acme/plain', generate: { key: null, length: 20, template: {} } },
      { name: 'acme/empty', generate: null },
    ];
    provideGenerated(file, definitions);
    const first = read();
    expect(first['acme/webhook']).toEqual({ previous: '', current: expect.stringMatching(/^\w{48}$/) });
    expect(file.text('acme/plain')).toMatch(/^\w{20}$/);
    expect(file.text('acme/empty')).toBeNull();
    provideGenerated(file, definitions);
    expect(read()).toEqual(first);
  });
});
