import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lib/settings/schema.ts';

const README = readFileSync('README.md', 'utf8');
const TROUBLESHOOTING = readFileSync('docs/troubleshooting.md', 'utf8');

/** The first cell of each row of a document's tables, where it is code. */
const rowsOf = (text: string) => [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);

/** `alarms.emails`, `inventory.guard.lines`: every key that has a value when nothing but the required is said. */
function keysOf(settings: object, path: readonly string[] = []): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const here = [...path, key];
    const isGroup = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    return isGroup && !Array.isArray(value) ? keysOf(value, here) : [here.join('.')];
  });
}

describe('the README', () => {
  it('has a row for each setting', () => {
    const { connections, ...ofAll } = settingsSchema.parse({
      connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
    });
    const keys = [...keysOf(ofAll), ...keysOf(connections[0] ?? {})];
    expect(keys).toContain('inventory.guard.lines');
    expect(keys.filter((key) => !rowsOf(README).includes(key))).toEqual([]);
  });
});

describe('troubleshooting', () => {
  it('explains every event that a function logs', () => {
    const sources = globSync('{functions,lib/workflows,lib/runtime}/**/*.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );
    const names = sources.flatMap((source) =>
      [
        ...source.matchAll(
          /'((?:webhooks?|sales?|order|shipments?|inventory|tracking|catalogue|promises|return|job|message)\.[a-zA-Z]+)'/g,
        ),
      ].map(([, name = '']) => name),
    );
    expect(names).toContain('inventory.compared');
    expect([...new Set(names)].filter((name) => !rowsOf(TROUBLESHOOTING).includes(name))).toEqual([]);
  });
});
