import type { TestContext } from 'vitest';

/** What the tests of a file register, for `InProcessRunner`: it runs them again and again without loading them again. */
type TestBody = (...args: unknown[]) => unknown;
type Hook = () => unknown;

export interface Suite {
  readonly name: string;
  readonly parent: Suite | null;
  readonly hooks: Record<'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach', Hook[]>;
  /** Whether `beforeAll` ran, and `afterAll` did not yet. */
  isOpen: boolean;
}

export interface RegisteredTest {
  /** The file below the root, the names and a count for what has the same name. */
  readonly id: string;
  readonly file: string;
  readonly suite: Suite;
  readonly run: (context: TestContext) => unknown;
}

const openSuite = (name: string, parent: Suite | null): Suite => ({
  name,
  parent,
  hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] },
  isOpen: false,
});

let current = openSuite('', null);
let file = '';
let registered: RegisteredTest[] = [];
let finishers: Hook[] = [];

/** Imports a test file by `load` and gives the tests that it registers. */
export async function collectTests(path: string, load: () => Promise<unknown>): Promise<RegisteredTest[]> {
  current = openSuite('', null);
  file = path;
  registered = [];
  await load();
  return registered;
}

export function addHook(kind: keyof Suite['hooks'], hook: Hook): void {
  current.hooks[kind].push(hook);
}

export function addFinisher(hook: Hook): void {
  finishers.push(hook);
}

export function takeFinishers(): Hook[] {
  const taken = finishers.reverse();
  finishers = [];
  return taken;
}

export function describeSuite(name: string, body: () => void): void {
  const outer = current;
  current = openSuite(name, outer);
  body();
  current = outer;
}

export function addTest(name: string, run: TestBody, args: readonly unknown[] = []): void {
  const path = `${file} > ${[...getNames(current), name].join(' > ')}`;
  const same = registered.filter(({ id }) => id === path || id.startsWith(`${path} (`)).length;
  registered.push({
    id: same === 0 ? path : `${path} (${same + 1})`,
    file,
    suite: current,
    run: (context) => run(...(args.length > 0 ? args : [context])),
  });
}

function getNames(suite: Suite): string[] {
  return suite.parent === null ? [] : [...getNames(suite.parent), suite.name];
}
