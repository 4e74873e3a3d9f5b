import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestContext } from 'vitest';
import {
  addFinisher,
  collectTests,
  type RegisteredTest,
  type Suite,
  takeFinishers,
} from './registered-tests.ts';
import { cut, isSampled } from './sample.ts';

/**
 * Stryker's own runner for Vitest starts a worker and imports every test file for each mutant: 1.7 s of CPU here, hours for
 * `lib/domain`. This one imports the tests once and runs those that cover a mutant: a few ms. Modules are only imported again
 * for what is computed while they are: constants, and what a test file computes for its tables.
 */
interface Coverage {
  static: Record<string, number>;
  perTest: Record<string, Record<string, number>>;
}

/** What instrumented code reads and writes; named by Stryker. */
interface Instrumentation {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  readonly mutantCoverage: Coverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

interface MutantRunOptions {
  readonly activeMutant: {
    readonly id: string;
    /** The file as it is written, without mutants. */
    readonly fileName: string;
    readonly location: Parameters<typeof cut>[1];
    readonly replacement: string;
  };
  readonly sandboxFileName: string;
  readonly hitLimit?: number;
  readonly reloadEnvironment: boolean;
}

const TEST_TIMEOUT_MS = 30_000;
/** What a process that replaces another one reads from its directory: the tests to run, by mutant. */
type Selection = Record<string, string[]>;

const SELECTION = 'selection.json';
/**
 * Of the tests that run a mutant, the closest ones of so many ms of CPU altogether: hundreds run some lines, and what none of the
 * closest notices counts as not noticed.
 */
const MAX_MS_OF_A_MUTANT = 1_000;
/** Of the test files that are imported again for a mutated constant. */
const MAX_RELOADED_FILES = 9;
/** Of a test file: Vitest keeps fake timers in the state of its worker. */
const NEEDS_VITEST = /useFakeTimers/;
/** One of so many mutants is tried. */
const SAMPLE = Number(process.env.MUTATION_SAMPLE ?? 1);
/** Tests that fail in instrumented files, mutant or not. */
const READS_SOURCES = /match the tables of the source packages/;
const STAND_INS: Readonly<Record<string, string>> = {
  vitest: new URL('./vitest-in-process.ts', import.meta.url).href,
  'fast-check': new URL('./fast-check-in-process.ts', import.meta.url).href,
};

/** Instrumented code keeps this object. */
const coverage: Coverage = { static: {}, perTest: {} };
const instrumentation: Instrumentation = { mutantCoverage: coverage };
Object.assign(globalThis, { __stryker__: instrumentation });

class InProcessRunner {
  readonly #root = `${pathToFileURL(process.cwd()).href}/`;
  readonly #tests = new Map<string, RegisteredTest>();
  #selection: Selection = {};
  /** How many mutants a test has killed: the next one is likely to be killed by the same. */
  readonly #kills = new Map<string, number>();
  /** Imported files below the root, by what imports them. */
  readonly #imports = new Map<string, Set<string>>();
  /** Mutants whose code runs while modules of the product are imported. */
  #inModules = new Set<string>();
  /** Files of tests, by the mutants whose code runs while they register their tests. */
  readonly #inTestFiles = new Map<string, Set<string>>();
  #version = 0;
  /** Which files the next import is to evaluate again. */
  #reloads: (path: string) => boolean = () => false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    // A promise that a mutant left unhandled must not end the process.
    process.on('unhandledRejection', () => {});
    registerHooks({ resolve: (specifier, context, next) => this.#resolve(specifier, context, next) });
    for (const file of findFiles('MUTATION_FILES')) await import(this.#root + file);
    this.#inModules = new Set(Object.keys(takeCoverage().static));
    for (const file of findFiles('MUTATION_TESTS')) {
      for (const test of await this.#collect(file)) {
        if (!READS_SOURCES.test(test.id)) this.#tests.set(test.id, test);
      }
      const inFile = takeCoverage();
      for (const id of Object.keys(inFile.static)) {
        if (!this.#inTestFiles.has(id)) this.#inTestFiles.set(id, new Set());
        this.#inTestFiles.get(id)?.add(file);
      }
    }
    if (existsSync(SELECTION)) this.#selection = JSON.parse(readFileSync(SELECTION, 'utf8'));
  }

  /** @param files with mutants */
  async dryRun({ files = [] }: { readonly files?: readonly string[] }) {
    const tests = [];
    for (const test of this.#tests.values()) {
      const before = process.cpuUsage();
      const failure = await this.#runTest(test);
      const { user, system } = process.cpuUsage(before);
      const timeSpentMs = (user + system) / 1_000;
      const result = { id: test.id, name: test.id, timeSpentMs, fileName: resolve(test.file) };
      tests.push(
        failure === null ? { ...result, status: 0 } : { ...result, status: 1, failureMessage: failure },
      );
    }
    await closeSuites();
    const durations = new Map(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    const mutantCoverage = this.#selectTests(takeCoverage(), durations, files.map(toPath));
    writeFileSync(SELECTION, JSON.stringify(this.#selection));
    return { status: 'complete', tests, mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions) {
    const { activeMutant, hitLimit } = options;
    if (!isTried(options)) return { status: 'error', errorMessage: 'Not in the sample' };
    Object.assign(instrumentation, { activeMutant: activeMutant.id, hitCount: hitLimit && 0, hitLimit });
    const ran = { count: 0 };
    const failed = await this.#findFailure(options, ran);
    const hits = instrumentation.hitCount ?? 0;
    Object.assign(instrumentation, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    if (hitLimit !== undefined && hits > hitLimit) return { status: 'timeout', reason: 'It runs on and on.' };
    if (failed === null) return { status: 'survived', nrOfTests: ran.count };
    return { status: 'killed', killedBy: [failed.id], failureMessage: failed.message, nrOfTests: ran.count };
  }

  async dispose(): Promise<void> {}

  async #findFailure(options: MutantRunOptions, ran: { count: number }) {
    const id = options.activeMutant.id;
    const path = toPath(options.sandboxFileName);
    try {
      if (this.#inModules.has(id) || keepsState(path)) {
        return await this.#runReloaded(path, () => true, this.#testFilesOf(path), ran);
      }
      const selected = (this.#selection[id] ?? []).flatMap((test) => this.#tests.get(test) ?? []);
      const failed = await this.#runAll(selected, ran);
      const registering = [...(this.#inTestFiles.get(id) ?? [])];
      if (failed !== null || registering.length === 0) return failed;
      return await this.#runReloaded(path, (file) => file.startsWith('test/'), registering, ran);
    } finally {
      await closeSuites();
    }
  }

  /** With the modules imported again while the mutant is active. */
  async #runReloaded(
    path: string,
    reloads: (file: string) => boolean,
    files: string[],
    ran: { count: number },
  ) {
    this.#version++;
    this.#reloads = reloads;
    try {
      for (const file of files.slice(0, MAX_RELOADED_FILES)) {
        const failed = await this.#runAll(await this.#collect(file), ran);
        if (failed !== null) return failed;
      }
      return null;
    } catch (error) {
      return { id: this.#tests.keys().next().value ?? path, message: String(error) };
    } finally {
      this.#reloads = () => false;
    }
  }

  /** The first failure, of the tests that killed most first. */
  async #runAll(tests: readonly RegisteredTest[], ran: { count: number }) {
    const killsOf = ({ id }: RegisteredTest) => this.#kills.get(id) ?? 0;
    for (const test of tests.toSorted((a, b) => killsOf(b) - killsOf(a))) {
      ran.count++;
      const message = await this.#runTest(test);
      if (message === null) continue;
      this.#kills.set(test.id, killsOf(test) + 1);
      return { id: test.id, message };
    }
    return null;
  }

  /** Keeps of the coverage the tests to run for each mutant: of the closest files first, the quickest first. */
  #selectTests(
    { perTest, static: atLoad }: Coverage,
    durations: ReadonlyMap<string, number>,
    files: string[],
  ) {
    const distances = files.map((file) => this.#distancesFrom(file));
    const distanceOf = (test: string) =>
      Math.min(
        ...distances.map((from) => from.get(this.#tests.get(test)?.file ?? '') ?? Number.POSITIVE_INFINITY),
      );
    const order = new Map(
      Object.keys(perTest)
        .map((test) => ({ test, distance: distanceOf(test), duration: durations.get(test) ?? 0 }))
        .sort((a, b) => a.distance - b.distance || a.duration - b.duration)
        .map(({ test }) => [test, durations.get(test) ?? 0]),
    );
    const kept: Coverage = { static: { ...atLoad }, perTest: {} };
    const spent = new Map<string, number>();
    for (const [test, duration] of order) {
      for (const [id, hits] of Object.entries(perTest[test] ?? {})) {
        const before = spent.get(id) ?? 0;
        if (before > MAX_MS_OF_A_MUTANT) continue;
        spent.set(id, before + duration);
        this.#selection[id] ??= [];
        this.#selection[id].push(test);
        kept.perTest[test] ??= {};
        kept.perTest[test][id] = hits;
      }
    }
    for (const id of [...this.#inModules, ...this.#inTestFiles.keys()]) {
      if (this.#inModules.has(id) || !this.#selection[id]) kept.static[id] ??= 1;
    }
    return kept;
  }

  async #collect(file: string): Promise<RegisteredTest[]> {
    return collectTests(file, () => import(this.#root + file + this.#suffix(file)));
  }

  /** @returns the message of its failure, or null. */
  async #runTest(test: RegisteredTest): Promise<string | null> {
    instrumentation.currentTestId = test.id;
    try {
      for (const suite of suitesOf(test.suite)) await openSuite(suite);
      return await withTimeout(runWithHooks(test));
    } catch (error) {
      return String(error);
    } finally {
      instrumentation.currentTestId = undefined;
    }
  }

  /** Test files that import a file of the product, the closest first. */
  #testFilesOf(path: string): string[] {
    const distances = this.#distancesFrom(path);
    return [...new Set([...this.#tests.values()].map(({ file }) => file))]
      .filter((file) => distances.has(file))
      .sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
  }

  /** By file: over how many imports it reaches the given one. A test file of the same name is the closest. */
  #distancesFrom(path: string): Map<string, number> {
    const distances = new Map([[path, 0]]);
    for (const [file, distance] of distances) {
      for (const importer of this.#imports.get(file) ?? []) {
        if (!distances.has(importer)) distances.set(importer, distance + 1);
      }
    }
    for (const file of distances.keys()) {
      if (basename(file) === basename(path).replace(/\.ts$/, '.test.ts')) distances.set(file, 0);
    }
    return distances;
  }

  #suffix(path: string): string {
    return this.#reloads(path) ? `?version=${this.#version}` : '';
  }

  #resolve(
    specifier: string,
    context: Parameters<import('node:module').ResolveHookSync>[1],
    next: Parameters<import('node:module').ResolveHookSync>[2],
  ) {
    const standIn = STAND_INS[specifier];
    if (standIn !== undefined && context.parentURL?.startsWith(this.#root)) {
      return { url: standIn, shortCircuit: true };
    }
    const resolved = next(specifier, context);
    const url = resolved.url.split('?', 1)[0] ?? '';
    if (!url.startsWith(this.#root) || url.includes('/node_modules/')) return resolved;
    const path = url.slice(this.#root.length);
    if (context.parentURL?.startsWith(this.#root)) {
      const importer = context.parentURL.slice(this.#root.length).split('?', 1)[0] ?? '';
      if (!this.#imports.has(path)) this.#imports.set(path, new Set());
      this.#imports.get(path)?.add(importer);
    }
    return { ...resolved, url: url + this.#suffix(path) };
  }
}

const suitesOf = (suite: Suite): Suite[] =>
  suite.parent === null ? [suite] : [...suitesOf(suite.parent), suite];

const opened: Suite[] = [];

async function openSuite(suite: Suite): Promise<void> {
  if (suite.isOpen) return;
  suite.isOpen = true;
  opened.push(suite);
  for (const hook of suite.hooks.beforeAll) await hook();
}

async function closeSuites(): Promise<void> {
  for (const suite of opened.splice(0).reverse()) {
    suite.isOpen = false;
    for (const hook of suite.hooks.afterAll) await Promise.resolve(hook()).catch(() => {});
  }
}

async function runWithHooks(test: RegisteredTest): Promise<string | null> {
  const suites = suitesOf(test.suite);
  try {
    for (const hook of suites.flatMap(({ hooks }) => hooks.beforeEach)) {
      const undo = await hook();
      if (typeof undo === 'function') addFinisher(undo as () => unknown);
    }
    await test.run(toContext(test));
    return null;
  } catch (error) {
    if (error === SKIPPED) return null;
    return String(error);
  } finally {
    for (const hook of suites.toReversed().flatMap(({ hooks }) => hooks.afterEach)) await hook();
    for (const finish of takeFinishers()) await finish();
  }
}

const SKIPPED = new Error('skipped');

/** The part of Vitest's context that the tests use. */
function toContext(test: RegisteredTest): TestContext {
  const skip = (condition: unknown = true) => {
    if (condition) throw SKIPPED;
  };
  const context = { skip, onTestFinished: addFinisher, task: { name: test.id } };
  return context as unknown as TestContext;
}

async function withTimeout(run: Promise<string | null>): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`No end after ${TEST_TIMEOUT_MS} ms.`), TEST_TIMEOUT_MS);
  try {
    return await Promise.race([run, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const sources = new Map<string, string>();

function isTried({ activeMutant, sandboxFileName }: MutantRunOptions): boolean {
  const { fileName, location, replacement } = activeMutant;
  const source = sources.get(fileName) ?? readFileSync(fileName, 'utf8');
  sources.set(fileName, source);
  return isSampled(toPath(sandboxFileName), cut(source, location), replacement, SAMPLE);
}

function takeCoverage(): Coverage {
  const taken = { ...coverage };
  Object.assign(coverage, { static: {}, perTest: {} });
  return taken;
}

function findFiles(variable: string): string[] {
  const patterns = (process.env[variable] ?? '').split(' ');
  return globSync(patterns.filter((pattern) => !pattern.startsWith('!'))).filter(
    (path) => !patterns.includes(`!${path}`) && !NEEDS_VITEST.test(readFileSync(path, 'utf8')),
  );
}

const toPath = (file: string) => resolve(file).slice(process.cwd().length + 1);

/** Whether a module computes something once, which a mutant would have to be active for. */
function keepsState(path: string): boolean {
  return /^let |^const \w+ = new (Map|Set|WeakMap)(<.*>)?\(\)/m.test(readFileSync(resolve(path), 'utf8'));
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
