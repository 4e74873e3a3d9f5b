import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rejected, Unavailable } from '../../../lib/domain/errors.ts';
import type { CommandDefinition } from '../../../operator/cli/command.ts';
import { EXIT_MEANINGS, toExitCode } from '../../../operator/cli/program.ts';
import { COMMANDS } from '../../../operator/cli/run.ts';
import { NotRunning } from '../../../operator/user-errors.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { type } from './session.ts';

const getName = ({ usage }: CommandDefinition) => usage.split(' ')[0] ?? '';
const ALL = COMMANDS.flatMap((entry) =>
  'commands' in entry
    ? entry.commands.map((one) => ({ name: `${entry.name} ${getName(one)}`, definition: one }))
    : [{ name: getName(entry), definition: entry }],
);
const NAMES = ALL.map(({ name }) => name);

describe.each(ALL)('bridge $name', ({ name, definition }) => {
  it('shows examples first in its help', async () => {
    const { code, out, err } = await type(`${name} --help`);
    expect([code, err]).toEqual([0, '']);
    expect(out.startsWith(`Examples\n  bridge ${definition.examples[0]?.[0].split(' ')[1]}`)).toBe(true);
    expect(out).toContain('--json');
    expect(out).toContain('--stack');
    if (definition.writes === true) expect(out).toContain('--dry-run');
  });

  it('has a row in docs/cli.md', () => {
    const line = new RegExp(`^\\| \`bridge ${name}[\` ]`, 'm');
    expect(line.test(readFileSync('docs/cli.md', 'utf8'))).toBe(true);
  });
});

/** Every command line in the documents: in a code span, or a line of a code block. */
function commandsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const spans = [...text.matchAll(/`(?:npx )?(bridge [a-z][^`]*)`/g)].map(([, line = '']) => line);
  const lines = [...text.matchAll(/^(?:npx )?(bridge [a-z].*)$/gm)].map(([, line = '']) => line);
  return [...spans, ...lines].map((line) => line.replace(/\s(#|\||<<).*$/, '').trim());
}

const DOCUMENTS = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);
const SAID = [
  ...ALL.flatMap(({ definition }) => definition.examples.map(([line]) => line)),
  ...DOCUMENTS.flatMap(commandsIn),
];

describe.each([...new Set(SAID)])('%s', (line) => {
  const words = line.replace(/^bridge /, '');
  const found = ALL.find(({ name }) => words === name || words.startsWith(`${name} `));

  it('is a command, or a group of commands', () => {
    expect([...NAMES, ...COMMANDS.flatMap((entry) => ('commands' in entry ? [entry.name] : []))]).toContain(
      found?.name ?? words,
    );
  });

  it('has only options of its command', () => {
    const own = (found?.definition.options ?? []).map(({ long }) => long);
    const known = [...own, '--dry-run', '--as', '--json', '--stack', '--profile', '--region', '--state-dir'];
    const used = [...line.matchAll(/--[a-z0-9-]+/g)].map(([option]) => option);
    expect(used.filter((option) => !known.includes(option))).toEqual([]);
  });
});

describe('the command line', () => {
  it('shows its help without a command, with the meaning of each exit code', async () => {
    const { code: exit, out } = await type('');
    expect(exit).toBe(0);
    for (const [code, meaning] of EXIT_MEANINGS)
      expect(out).toContain(`${String(code).padStart(2)}  ${meaning}`);
  });

  it('has every exit code in docs/cli.md', () => {
    const page = readFileSync('docs/cli.md', 'utf8');
    const missing = EXIT_MEANINGS.filter(([code, meaning]) => {
      const line = new RegExp(`^\\| ${code} +\\| ${meaning[0]?.toUpperCase()}${meaning.slice(1)}`, 'm');
      return !line.test(page);
    });
    expect(missing).toEqual([]);
  });

  it.each(['ordres', 'orders lst', 'orders show', 'orders show SO-1-1 --colour', 'orders list --since'])(
    "refuses '%s' and prints no data",
    async (line) => {
      expect(await type(line)).toMatchObject({ code: 2, out: '' });
    },
  );

  it('opens the local system, or the stack that --stack names', async () => {
    const { bridge } = new InMemoryBridge();
    expect((await type('budget', { bridge })).target).toEqual({ kind: 'local' });
    expect((await type('budget --state-dir elsewhere', { bridge })).target).toEqual({
      kind: 'local',
      stateDirectory: 'elsewhere',
    });
    expect(
      (await type('budget --stack acme-prod --profile ops --region eu-west-1', { bridge })).target,
    ).toEqual({
      kind: 'stack',
      stackName: 'acme-prod',
      profile: 'ops',
      region: 'eu-west-1',
    });
  });

  it('closes the bridge that it opened when the command fails', async () => {
    const fake = new InMemoryBridge();
    await type('orders show SO-1-1', { open: async () => fake.bridge });
    expect(fake.closed).toBe(true);
  });

  it('exits with 5 where no bridge runs, saying how to start one', async () => {
    const open = async () => {
      throw new NotRunning('No local system runs. Start it: npm start');
    };
    expect(await type('budget', { open })).toMatchObject({
      code: 5,
      out: '',
      err: 'No local system runs. Start it: npm start\n',
    });
  });

  it('prints a stack for a fault of its own', async () => {
    const open = async () => {
      throw new TypeError('undefined is not a function');
    };
    const { code, err } = await type('budget', { open });
    expect(code).toBe(70);
    expect(err).toContain('    at ');
  });
});

describe('the exit code', () => {
  const details = { system: 'DEAR', operation: 'read account' };
  it.each<[string, unknown, number]>([
    ['a refusal of DEAR', new Rejected(details), 1],
    ['an outage of DEAR', new Unavailable(details), 4],
    ['a refused connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 4],
    ['an error of AWS', Object.assign(new Error('no'), { $metadata: {} }), 4],
    ['missing credentials of AWS', Object.assign(new Error('no'), { name: 'CredentialsProviderError' }), 4],
    ['any other error', new RangeError('no'), 70],
    ['a thrown string', 'no', 70],
  ])('of %s', (_, error, code) => {
    expect(toExitCode(error)).toBe(code);
  });
});
