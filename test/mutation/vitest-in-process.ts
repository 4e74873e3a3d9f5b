/** Stands for `vitest` in the tests that `InProcessRunner` imports: the same expectations, and a register of tests. */
import type { TestContext } from 'vitest';
import { addFinisher, addHook, addTest, describeSuite } from './registered-tests.ts';

export { expect, vi } from 'vitest';

type Body = (...args: unknown[]) => unknown;
type Rest = [unknown, unknown?];

const bodyOf = (rest: Rest): Body => {
  const body = rest.find((value) => typeof value === 'function');
  if (body === undefined) throw new Error('A test or suite without a body.');
  return body as Body;
};

const nameOf = (name: string, row: readonly unknown[]): string => {
  let next = 0;
  return name.replaceAll(/%[sdifjo]/g, () => String(row[next++]));
};

type Register = (name: string, body: Body, args?: readonly unknown[]) => void;

const withRows =
  (register: Register, toArgs: (row: unknown) => readonly unknown[]) =>
  (table: readonly unknown[]) =>
  (name: string, ...rest: Rest) => {
    for (const row of table) register(nameOf(String(name), asList(row)), bodyOf(rest), toArgs(row));
  };

const asList = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row]);

const registrar = (register: Register) => {
  const skip = () => {};
  const plain = (name: string, ...rest: Rest) => register(String(name), bodyOf(rest));
  return Object.assign(plain, {
    each: withRows(register, asList),
    for: withRows(register, (row) => [row]),
    skip,
    skipIf: (condition: unknown) => (condition ? skip : plain),
    runIf: (condition: unknown) => (condition ? plain : skip),
  });
};

export const describe = registrar((name, body, args = []) => describeSuite(name, () => body(...args)));
export const it = registrar(addTest);
export const test = registrar(addTest);
export const beforeAll = (hook: () => unknown) => addHook('beforeAll', hook);
export const afterAll = (hook: () => unknown) => addHook('afterAll', hook);
export const beforeEach = (hook: () => unknown) => addHook('beforeEach', hook);
export const afterEach = (hook: () => unknown) => addHook('afterEach', hook);
export const onTestFinished = (hook: () => unknown) => addFinisher(hook);

export type { TestContext };
