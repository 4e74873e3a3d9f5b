import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { FOUND } from './life/found.ts';

describe('the lives in which a defect was found', () => {
  it('pass', EXHAUSTIVE, async () => {
    const args = ['--no-warnings', 'test/simulation/simulate.ts', '--found', '--json'];
    // A program that exits with 1 has reported the lives that failed.
    const { stdout } = await promisify(execFile)(process.execPath, args).catch(
      (failed: { readonly stdout: string }) => failed,
    );
    const { lives, failures } = JSON.parse(stdout) as { lives: number; failures: unknown[] };
    expect(failures).toEqual([]);
    expect(lives).toBe(FOUND.length);
  });
});
