import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './life/breakages.ts';

describe('a breakage of the simulation', () => {
  it.each(BREAKAGES)('$name changes code that is there, once', ({ file, code, becomes }) => {
    const text = readFileSync(file, 'utf8');
    expect(text.split(code)).toHaveLength(2);
    expect(becomes).not.toBe(code);
  });
});
