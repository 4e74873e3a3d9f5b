import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { isProduction, listFiles, readSourceFiles, type SourceFile } from './source-files.ts';

/**
 * Measures the shape of the source: `npm run structure`. With `--check` it exits with 1 where a limit is passed, which
 * `npm run check` does. Import circles are dependency-cruiser's, and words are language.ts's.
 */

/** Without the folders of single providers. */
const MAX_CORE_FILES = 465;
/** Of one provider's folder and its sandbox together. */
const MAX_FILES_OF_A_PROVIDER = 52;
const PROVIDER_FOLDER = /^(?:lib\/providers|sandbox)\/(?!dear\/|kit\/|cli\/|bin\/)([^/]+)\//;
const MAX_FILES_TO_READ = 58;
const MAX_FILES_OF_A_FOLDER = 30;
const MAX_LINES_OF_A_FILE = 380;
const MAX_README_WORDS = 1_600;
const MAX_DOCS_WORDS = 24_800;
/** Decisions and runbook sections that one more provider brings. */
const DOCS_WORDS_OF_A_PROVIDER = 1_200;
/** Each provider's page is for the merchants of that provider. */
const MAX_PROVIDER_PAGE_WORDS = 450;
const PROVIDER_PAGE = /^docs\/providers\/[^/]+\.md$/;

/** Their length follows the code's. */
const GENERATED_DOCS = /^docs\/(alarms|cli|limits|providers|settings)\.md$/;

/** Folders on the same side of an arrow: none may be reached from itself. */
const AREA = /^(lib\/[^/]+|sandbox\/[^/]+|operator|local|functions|bin)\//;

/** What one webhook runs through: from the receiver to the planned order. */
const WEBHOOK_PATH = ['functions/receive-webhook.ts', 'functions/reconcile-sale.ts'];

/** What a reader follows of it: the handlers, the stages and the rules, not the adapters beneath them. */
const READ_OF_IT = /^(functions|lib\/(workflows|domain|messaging))\//;

/** What a busy machine makes fail: a time limit, a second try, or a wait of one second, which is the default of `waitFor`. */
const OWN_PATIENCE = /^\s*\}, [\d_]{4,}\);$|\btimeout: [\d_]{4,},? \}|\bretry: \d|\bvi\.waitFor\(/m;

const files = readSourceFiles();
const production = files.filter(isProduction);
const byPath = new Map(files.map((file) => [file.path, file]));
const usersOf = countUsers();

const measures = {
  productionFiles: production.length,
  coreFiles: production.filter(({ path }) => !PROVIDER_FOLDER.test(path)).length,
  filesOfProviders: Object.fromEntries(countByProvider()),
  productionLines: sum(production.map(({ lines }) => lines)),
  medianLines: median(production.map(({ lines }) => lines)),
  longestFile: max(production.map(({ lines }) => lines)),
  filesOver200Lines: production.filter(({ lines }) => lines > 200).length,
  fullestFolder: max([...countByFolder().values()]),
  exports: sum(production.map((file) => file.exports.length)),
  exportsWithOneUser: [...usersOf.values()].filter((users) => users.size === 1).length,
  smallFilesWithTheirOnlyUserInTheSameFolder: production.filter(isFragment).length,
  filesThatOneWebhookRunsThrough: closure(WEBHOOK_PATH).size,
  filesToReadForOneWebhook: [...closure(WEBHOOK_PATH)].filter((path) => READ_OF_IT.test(path)).length,
  folderCircles: findFolderCircles(),
  readmeWords: countWords(['README.md']),
  docsWords: countWords(
    listFiles().filter((path) => isHandWrittenDocument(path) && !PROVIDER_PAGE.test(path)),
  ),
};

const problems = findProblems();
for (const problem of problems) console.error(problem);
if (process.argv.includes('--check')) process.exitCode = problems.length > 0 ? 1 : 0;
else process.stdout.write(`${JSON.stringify(measures, null, 2)}\n`);

function findProblems(): string[] {
  const long = production.filter(({ lines }) => lines > MAX_LINES_OF_A_FILE);
  const full = [...countByFolder()].filter(([, count]) => count > MAX_FILES_OF_A_FOLDER);
  return [
    ...long.map(({ path, lines }) => `${path} has ${lines} lines, more than ${MAX_LINES_OF_A_FILE}.`),
    ...full.map(([folder, count]) => `${folder} has ${count} files, more than ${MAX_FILES_OF_A_FOLDER}.`),
    ...files
      .filter(({ path, text }) => path.endsWith('.test.ts') && OWN_PATIENCE.test(text))
      .map(
        ({ path }) =>
          `${path} has a time limit or tries of its own; the configuration of vitest has those of all.`,
      ),
    ...measures.folderCircles.map((circle) => `These folders import each other: ${circle}.`),
    ...passes('production files besides those of providers', measures.coreFiles, MAX_CORE_FILES),
    ...[...countByProvider()].flatMap(([id, count]) =>
      passes(`files of the provider ${id}`, count, MAX_FILES_OF_A_PROVIDER),
    ),
    ...passes('files to read for one webhook', measures.filesToReadForOneWebhook, MAX_FILES_TO_READ),
    ...passes('words in README.md', measures.readmeWords, MAX_README_WORDS),
    ...passes(
      'words in README.md and hand-written docs',
      measures.docsWords,
      MAX_DOCS_WORDS + DOCS_WORDS_OF_A_PROVIDER * (countByProvider().size - 1),
    ),
    ...listFiles()
      .filter((path) => PROVIDER_PAGE.test(path))
      .flatMap((path) => passes(`words in ${path}`, countWords([path]), MAX_PROVIDER_PAGE_WORDS)),
  ];
}

function passes(what: string, count: number, limit: number): string[] {
  return count > limit ? [`There are ${count} ${what}, more than ${limit}.`] : [];
}

function countUsers(): Map<string, Set<string>> {
  const users = new Map(
    production.flatMap(({ path, exports }) => exports.map((name) => [`${path}#${name}`, new Set<string>()])),
  );
  for (const { path, imports } of production)
    for (const { from, names } of imports) for (const name of names) users.get(`${from}#${name}`)?.add(path);
  return users;
}

/** At most 60 lines, used by one file of its own folder alone: a part of that file. */
function isFragment({ path, lines }: SourceFile): boolean {
  if (lines > 60) return false;
  const users = production.filter((file) => file.imports.some(({ from }) => from === path));
  return users.length === 1 && users.every((user) => posix.dirname(user.path) === posix.dirname(path));
}

/** All files that are loaded when the entries are. */
function closure(entries: readonly string[], loaded = new Set<string>()): Set<string> {
  for (const path of entries) {
    const file = byPath.get(path);
    if (file === undefined || loaded.has(path)) continue;
    loaded.add(path);
    closure(
      file.imports.filter(({ typeOnly }) => !typeOnly).map(({ from }) => from),
      loaded,
    );
  }
  return loaded;
}

function countByFolder(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of production)
    counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return counts;
}

function countByProvider(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of production) {
    const [, id] = PROVIDER_FOLDER.exec(path) ?? [];
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function findFolderCircles(): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const { path, imports } of production)
    for (const { from } of imports) addArrow(arrows, toArea(path), toArea(from));
  return [...arrows.keys()].filter((area) => reaches(arrows, area, area)).sort();
}

function addArrow(arrows: Map<string, Set<string>>, from: string, to: string): void {
  if (from === to) return;
  arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
}

function reaches(
  arrows: Map<string, Set<string>>,
  from: string,
  goal: string,
  seen = new Set<string>(),
): boolean {
  for (const next of arrows.get(from) ?? []) {
    if (next === goal) return true;
    if (!seen.has(next) && reaches(arrows, next, goal, seen.add(next))) return true;
  }
  return false;
}

function toArea(path: string): string {
  return AREA.exec(path)?.[1] ?? posix.dirname(path);
}

function isHandWrittenDocument(path: string): boolean {
  return /^(README|docs\/.*)\.md$/.test(path) && !GENERATED_DOCS.test(path);
}

/** Marks of tables and lists are no words. */
function countWords(paths: readonly string[]): number {
  return sum(
    paths.map(
      (path) =>
        readFileSync(path, 'utf8')
          .split(/\s+/)
          .filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
    ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function max(values: readonly number[]): number {
  return Math.max(...values);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
