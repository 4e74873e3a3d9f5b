import { readFileSync } from 'node:fs';
import { listFiles } from './source-files.ts';

/**
 * Keeps out of code, tests and documentation what an engineer who writes plain English would not write:
 * `npm run check:language`. docs/glossary.md has the words to use.
 */

interface BannedForm {
  readonly pattern: RegExp;
  readonly write: string;
}

const CODE_AND_DOCS = /^(README\.md|(bin|functions|lib|operator|local|sandbox|test|docs)\/.*\.(tsx?|md))$/;
const CODE = /\.tsx?$/;

/** Customers' and vendors' own words, and this list. */
const EXEMPT = /^test\/source\/|^lib\/domain\/address\/country-tables\.ts$/;

const IN_ALL: readonly BannedForm[] = [
  {
    pattern: /\b(nobody|somebody|whoever|whomever|anybody|everybody)\b/i,
    write: 'name the person or the part',
  },
];

const IN_CODE: readonly BannedForm[] = [
  { pattern: /\b\w+Needs\b|\bneeds\s*[:,})]/, write: '…Deps, deps' },
  { pattern: /\b(?:LONGEST|MOST|LEAST)_[A-Z]/, write: 'MAX_…, MIN_…' },
  { pattern: /\bfunction\*? \w*[a-z]Of\(/, write: 'getX, toX, findX, or a noun' },
  {
    pattern: /\b(isThrough|wantAgain|startAfresh|failureOfSilence|inOurClasses|quieten|mayGoOn)\b/,
    write: 'see docs/glossary.md',
  },
];

/** A provider is known by its folder, its sandbox and one line of the registry. */
const VENDOR: BannedForm = {
  pattern: /shipstation|shipengine|cartrover|extensiv/i,
  write: 'what every provider has, and let its definition name it',
};
const KNOWS_NO_VENDOR = /^(bin|functions|lib|operator|local)\/(?!providers\/([a-z0-9-]+\/|registry\.ts))/;

const FOLDERS = /(^|\/)(utils?|helpers?|common|managers?|misc)(\/|\.tsx?$)/;

const problems = listFiles()
  .filter((path) => CODE_AND_DOCS.test(path) && !EXEMPT.test(path))
  .flatMap((path) => [...findInName(path), ...findInText(path)]);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function findInName(path: string): string[] {
  return FOLDERS.test(path) ? [`${path}: name what it holds`] : [];
}

function findInText(path: string): string[] {
  const forms = [
    ...IN_ALL,
    ...(CODE.test(path) ? IN_CODE : []),
    ...(KNOWS_NO_VENDOR.test(path) ? [VENDOR] : []),
  ];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => forms.flatMap((form) => findInLine(line, form, `${path}:${index + 1}`)));
}

function findInLine(line: string, { pattern, write }: BannedForm, at: string): string[] {
  const found = pattern.exec(line);
  return found === null ? [] : [`${at}: “${found[0]}” — write: ${write}`];
}
