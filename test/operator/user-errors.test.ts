import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../lib/domain/errors.ts';
import { EXIT, toExitCode } from '../../operator/cli/program.ts';
import { explainFailure } from '../../operator/console/console-context.ts';

const SOURCES = globSync('{lib,operator,local}/**/*.{ts,tsx}').map((file) => {
  return { file, text: readFileSync(file, 'utf8') };
});

/** Errors that never reach a person: they are caught where they are thrown, or are faults of the program. */
const INTERNAL = [
  'BodyTooLargeError',
  'FunctionError',
  'ScheduleExpressionError',
  'TemplateError',
  'UnmetExpectationError',
  'UnresolvableError',
];

const DECLARED = SOURCES.flatMap(({ file, text }) =>
  [...text.matchAll(/class (\w+) extends UserError/g)].map(([, name = '']) => ({ file, name })),
);

async function construct(file: string, name: string): Promise<unknown> {
  const module: Record<string, unknown> = await import(join(process.cwd(), file));
  const Class = module[name];
  if (typeof Class !== 'function') throw new Error(`${file} does not export ${name}`);
  return Reflect.construct(Class, ['The shelf is empty', 'Fill it']);
}

describe.each(DECLARED)('$name', ({ file, name }) => {
  it('has an exit code of its own kind, and no stack', async () => {
    const error = await construct(file, name);
    expect(error).toBeInstanceOf(UserError);
    expect(toExitCode(error)).not.toBe(EXIT.fault);
  });

  it('is explained by the console in its own words', async () => {
    const error = await construct(file, name);
    const { isUnforeseen, sentence } = explainFailure(error);
    expect({ isUnforeseen, sentence }).toEqual({
      isUnforeseen: false,
      sentence: error instanceof Error ? error.message : '',
    });
  });
});

describe('the errors of the operator, the local system and the settings', () => {
  it('extend UserError, unless they are internal', () => {
    const others = SOURCES.filter(({ file }) => /^(operator|local|lib\/settings)\//.test(file)).flatMap(
      ({ text }) => [...text.matchAll(/class (\w+) extends Error/g)].map(([, name = '']) => name),
    );
    expect(others.filter((name) => !INTERNAL.includes(name))).toEqual([]);
  });
});

describe('a UserError', () => {
  it('says what happened, then what to do next', async () => {
    const [first] = DECLARED.filter(({ name }) => name === 'Refused');
    const error = await construct(first?.file ?? '', 'Refused');
    expect(error).toMatchObject({ name: 'Refused', message: 'The shelf is empty. Fill it' });
  });
});
