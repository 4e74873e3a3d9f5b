import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import { ENVIRONMENTS, type FunctionName } from '../../lib/runtime/environment.ts';
import { loadSettings } from '../../lib/settings/load.ts';

const NAMES = Object.keys(ENVIRONMENTS) as FunctionName[];
const outdir = mkdtempSync(join(tmpdir(), 'cold-start-'));

beforeAll(async () => {
  const settings = await loadSettings('bridge.config.example.ts');
  await bundleFunctions({ entriesDirectory: 'functions', names: NAMES, outdir, settings });
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

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
    cwd: join(outdir, name),
    encoding: 'utf8',
    stdio: 'pipe',
    env: { AWS_REGION: 'us-east-1', ...Object.fromEntries(variables.map((variable) => [variable, 'set'])) },
  });
}

describe.each(NAMES)('%s', (name) => {
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
