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

  it('quotes only sentences that the code says', () => {
    const code = globSync('{lib,operator,local}/**/*.{ts,tsx}')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
      .replaceAll(/\s+/g, ' ');
    expect(quotedFragments(TROUBLESHOOTING).filter((text) => !code.includes(text))).toEqual([]);
  });
});

/** Of the sentences in backticks, what stands between the parts that vary (… and '…'). */
function quotedFragments(text: string): string[] {
  const sentences = [...text.matchAll(/^- (?:`[^`]+`, )?`((?:[A-Z]|… )[^`]*)`/gm)].map(
    ([, quote = '']) => quote,
  );
  return sentences
    .flatMap((sentence) => sentence.split(/…|'|\d+/))
    .map((part) => part.replaceAll(/^[ ;:,.]+|[ ;:,.]+$/g, ''))
    .filter((part) => part.length >= 6);
}
