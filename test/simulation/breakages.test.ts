import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './life/breakages.ts';
import { FOUND, toBreakage } from './life/found.ts';

const EDITS = [...BREAKAGES, ...FOUND.map(toBreakage)].flatMap(({ name, edits }) =>
  edits.map((edit) => ({ name, ...edit })),
);

describe('a breakage of the simulation', () => {
  it.each(EDITS)('$name changes code that is there, once: $file', ({ file, code, becomes }) => {
    const text = readFileSync(file, 'utf8');
    expect(text.split(code)).toHaveLength(2);
    expect(becomes).not.toBe(code);
  });
});
