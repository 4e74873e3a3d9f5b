import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
].filter((file) => file.endsWith('.md'));
const toText = (file: string) => readFileSync(file, 'utf8');

/** As GitHub makes them of headings. */
const getAnchors = (file: string) =>
  [...toText(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(DOCUMENTS)('%s', (file) => {
  it('links only to what is there', () => {
    const targets = [...toText(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    );
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(dirname(file), target)))).toEqual([]);
  });

  it('links only to headings that are there', () => {
    const links = [...toText(file).matchAll(/\]\(([^)#:\s]*)#([^)]+)\)/g)].map(
      ([, target = '', anchor = '']) => ({
        target: target === '' ? file : join(dirname(file), target),
        anchor,
      }),
    );
    expect(links.filter(({ target, anchor }) => !getAnchors(target).includes(anchor))).toEqual([]);
  });

  it('names only source files and tests that are there', () => {
    const named = [...toText(file).matchAll(/`((?:lib|functions|test|bin|docs)\/[\w./-]+\.(?:ts|md))`/g)].map(
      ([, path = '']) => path,
    );
    expect([...new Set(named)].filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('the README', () => {
  it('can be read in a few minutes: 1,800 words at most', () => {
    expect(toText('README.md').split(/\s+/).length).toBeLessThanOrEqual(1_800);
  });
});

describe('the decisions', () => {
  it('have a number each', () => {
    const numbers = readdirSync('docs/decisions').map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.every((number) => /^\d{4}$/.test(number))).toBe(true);
  });
});
