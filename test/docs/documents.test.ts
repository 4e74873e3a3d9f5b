import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
].filter((file) => file.endsWith('.md'));
const toText = (file: string) => readFileSync(file, 'utf8');

/** Names of all source files, without their folders. */
const SOURCE_FILES = new Set(
  globSync(['*.ts', '{bin,docs,functions,lib,local,operator,sandbox,test}/**/*.{ts,tsx}'], {
    exclude: (path) => path.includes('node_modules'),
  }).map((path) => basename(path)),
);

/** Paths of the project in backticks: of its folders, or with a slash and the ending of a source file or document. */
const getPaths = (text: string) =>
  [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)]
    .map(([, path = '']) => path)
    .filter(
      (path) =>
        /^(bin|docs|functions|lib|local|operator|sandbox|test)\//.test(path) || /\/.*\.tsx?$/.test(path),
    );

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

  it('names only folders and files that exist', () => {
    expect([...new Set(getPaths(toText(file)))].filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names without a folder only source files that exist in some folder', () => {
    const named = [...toText(file).matchAll(/`([\w.-]+\.tsx?)`/g)].map(([, name = '']) => name);
    expect([...new Set(named)].filter((name) => !SOURCE_FILES.has(name))).toEqual([]);
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
