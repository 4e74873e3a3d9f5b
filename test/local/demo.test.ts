import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs `npm run demo` as far as it needs no system. */
function demo(parameters: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['local/demo.ts', ...parameters], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the demo', () => {
  it.each([
    ['an unknown option', ['--bogus'], {}, 2, "Unknown option '--bogus'\nSee: npm run demo -- --help\n"],
    [
      'settings that do not exist',
      ['--ephemeral'],
      { BRIDGE_CONFIG: '/nowhere/acme.config.ts' },
      1,
      '/nowhere/acme.config.ts does not exist. Copy bridge.config.example.ts, or name another file: BRIDGE_CONFIG=path\n',
    ],
  ])('answers %s with a sentence, without a stack', (_, parameters, environment, status, stderr) => {
    expect(demo(parameters, environment)).toEqual({ status, stdout: '', stderr });
  });

  it('prints its help on stdout', () => {
    const { status, stdout, stderr } = demo(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--reset');
  });
});
