import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TROUBLESHOOTING = readFileSync('docs/troubleshooting.md', 'utf8');

/** What begins an item of a document's lists, where it is code. */
const getItems = (text: string) => [...text.matchAll(/^- `([^`]+)`/gm)].map(([, name = '']) => name);

describe('troubleshooting', () => {
  it('explains every event that a function logs', () => {
    const sources = globSync('{functions,lib/workflows,lib/runtime}/**/*.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );
    const names = sources.flatMap((source) =>
      [
        ...source.matchAll(
          /'((?:webhooks?|sales?|orders?|shipments?|inventory|tracking|catalogue|promises|return|job|message|parcel|record|stock|location|serviceLevels)\.[a-zA-Z]+)'/g,
        ),
      ].map(([, name = '']) => name),
    );
    expect(names).toContain('inventory.compared');
    expect([...new Set(names)].filter((name) => !getItems(TROUBLESHOOTING).includes(name))).toEqual([]);
  });
});
