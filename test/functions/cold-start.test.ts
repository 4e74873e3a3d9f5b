import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENTS, type FunctionName } from '../../lib/runtime/environment.ts';
import { builtFunctions } from '../builders/built-bridge.ts';

const NAMES = Object.keys(ENVIRONMENTS) as FunctionName[];

let directory: string;
beforeAll(async () => {
  directory = await builtFunctions();
});

/** Counts the modules of ours that are loaded. */
const SCRIPT = `
  import { registerHooks } from 'node:module';
  const files = [];
  const load = (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context));
  registerHooks({ load });
  const { handler } = await import('./index.mjs');
  process.stdout.write(typeof handler + ' of ' + files.length);
  process.exit(0);
`;

/** Imports the bundled function in a process of its own with these variables and no others of ours. */
function start(name: FunctionName, variables: readonly string[]): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: join(directory, name),
    encoding: 'utf8',
    stdio: 'pipe',
    env: { AWS_REGION: 'us-east-1', ...Object.fromEntries(variables.map((variable) => [variable, 'set'])) },
  });
}

/** KiB, some 5 % more than it is: a start compiles all of it, so what only some messages need is imported on demand. */
const MOST: Record<FunctionName, number> = {
  'receive-webhook': 480,
  'serve-provider': 510,
  'reconcile-sale': 1_030,
  'dispatch-order': 640,
  'confirm-shipment': 990,
  'run-job': 1_050,
};

describe.each(NAMES)('%s', (name) => {
  it('loads at its start no more than it is allowed to', () => {
    const { size } = statSync(join(directory, name, 'index.mjs'));
    expect(Math.round(size / 1024)).toBeLessThanOrEqual(MOST[name]);
  });

  const variables = Object.keys(ENVIRONMENTS[name].shape);

  it('starts with the variables of its own environment alone, from one file', () => {
    expect(start(name, variables)).toBe('function of 1');
  });

  it('names a variable that is missing', () => {
    const [missing = '', ...others] = variables;
    expect(() => start(name, others)).toThrow(
      `${name} was deployed without its environment variables: ${missing}`,
    );
  });
});
