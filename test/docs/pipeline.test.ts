import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../operator/cli/run.ts';

const TEXT = readFileSync('docs/examples/github-actions.yml', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

describe('the example pipeline', () => {
  it('pins every action to a commit, and says which version that is', () => {
    const used = [...TEXT.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(5);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('has no stored key: roles are assumed with a token of the run', () => {
    expect(TEXT).not.toMatch(/secrets\.|aws-access-key/i);
    const assumed = [...TEXT.matchAll(/role-to-assume: (.*)$/gm)].map(([, role]) => role);
    expect(assumed.every((role) => role?.includes('vars.AWS_ROLE'))).toBe(true);
    expect(assumed.length).toBeGreaterThan(1);
    expect(TEXT).toContain('permissions: {}');
  });

  it('gives scripts nothing of a pull request but its number', () => {
    const scriptLines = TEXT.split('\n').filter(
      (line) => /\brun:|^ {10}\S/.test(line) && !/^ +[\w-]+: \$\{\{/.test(line),
    );
    expect(scriptLines.filter((line) => line.includes('${{'))).toEqual([]);
  });

  it('runs only scripts and commands that exist', () => {
    for (const [, script = ''] of TEXT.matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty([script]);
    const names = COMMANDS.map((entry) => ('commands' in entry ? entry.name : entry.usage.split(' ')[0]));
    for (const [, command] of TEXT.matchAll(/npx bridge (\w+)/g)) expect(names).toContain(command);
  });
});
