import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigurationError, parseSettings } from '../../lib/settings/define-config.ts';
import { loadSettings } from '../../lib/settings/load.ts';

function getMistakes(input: unknown): string {
  try {
    parseSettings(input, 'acme.config.ts');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return '';
}

it('settings name all their mistakes at once, also beside a wrong provider and shared ids', () => {
  const own = { provider: 'shipstation-v2', location: 'Austin', warehouseId: '12345' };
  const message = getMistakes({
    dear: {},
    connections: [
      { ...own, id: 'a' },
      { ...own, id: 'a', location: 'Reno', provider: 'shipstaton', trigger: 'Never' },
      { ...own, id: 'b', nope: 1 },
    ],
  });
  for (const mistake of [
    'connections[0].warehouseId is wrong (it begins with se-',
    'connections[1].provider is wrong',
    'connections[1].trigger is wrong',
    "connections[1].id is 'a' already at connections[0]",
    'connections[2].warehouseId is wrong',
    'connections[2].nope is not a setting',
    "connections[2].location is 'Austin' already at connections[0]",
  ]) {
    expect(message).toContain(mistake);
  }
  expect(message.match(/already at/g)).toHaveLength(2);
});

it('settings with shared ids alone name each of them once', () => {
  const one = { id: 'a', provider: 'shipstation-v2', location: 'Austin', warehouseId: 'se-1' };
  const message = getMistakes({ dear: {}, connections: [one, { ...one, location: 'Reno' }] });
  expect(message.match(/connections\[1\]\.id is 'a' already/g)).toHaveLength(1);
});

it.each([
  [
    'a syntax error',
    'export default {\n  dear: {,\n',
    /cannot be loaded: a syntax error|cannot be loaded: .*/,
  ],
  [
    'an import that does not exist',
    "import './nowhere.ts';\nexport default {};\n",
    /cannot be loaded: .*nowhere/,
  ],
])('settings with %s are refused in one sentence that names the file', async (_, text, expected) => {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'acme.config.ts');
  writeFileSync(file, text);
  const failure = await loadSettings(file).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigurationError);
  expect(String(failure)).toMatch(expected);
  expect(String(failure)).not.toContain('\n    at ');
});
