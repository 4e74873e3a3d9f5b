import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { AREAS, type MutationArea } from './areas.ts';
import { cut, isSampled } from './sample.ts';
import { findReason } from './survivors.ts';

const USAGE = `npm run mutation -- [--only PREFIX] [--sample N] [--fresh] [--survivors] [--json]

Changes the code in one place after the other and looks whether a test fails: a change that no test notices survives. Exits with
1 where less than 85 % of an area's changes are noticed, or where a survivor has no reason in test/mutation/survivors. --sample tries one
change of N, which are always the same; 6 where it is left out. --survivors lists each survivor with its reason. --only takes the areas
whose name begins so: ${AREAS.map(({ name }) => name).join(', ')}.
Results of --sample 1 in .build/mutation are used again where neither code nor tests changed; --fresh forgets them.
`;

const MIN_SCORE = 85;
const TOOL = 'test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js';

const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.enum([
            'Killed',
            'Survived',
            'NoCoverage',
            'Timeout',
            'Ignored',
            'RuntimeError',
            'CompileError',
            'Pending',
          ]),
          mutatorName: z.string(),
          replacement: z.string(),
          location: z.object({
            start: z.object({ line: z.number(), column: z.number() }),
            end: z.object({ line: z.number(), column: z.number() }),
          }),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof reportSchema>;
type ReportedFile = Report['files'][string];
type ReportedMutant = ReportedFile['mutants'][number];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sample: { type: 'string', default: '6' },
    fresh: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const areas = AREAS.filter(({ name }) => name.startsWith(values.only));
if (values.help || areas.length === 0) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const SAMPLE = Number(values.sample);
setPriority(15);
if (!existsSync(TOOL)) install();
const results = areas.map((area) => summarise(area, mutate(area)));
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : toText());
process.exitCode = results.every(({ score, unexplained }) => score >= MIN_SCORE && unexplained === 0) ? 0 : 1;

/** Stryker asks for a newer Node than the project does, so it is a package of its own that only this command installs. */
function install(): void {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: 'test/mutation', stdio: ['ignore', 2, 2] });
}

function mutate({ name, files, tests }: MutationArea): Report {
  const folder = `.build/mutation/${name}`;
  mkdirSync(folder, { recursive: true });
  const config = {
    plugins: ['./test/mutation/in-process-runner.ts', './test/mutation/sentences.ts'],
    testRunner: 'in-process',
    ignorers: ['sentences'],
    coverageAnalysis: 'perTest',
    mutate: files,
    reporters: values.json ? ['json'] : ['json', 'progress-append-only'],
    jsonReporter: { fileName: `${folder}/report.json` },
    incremental: SAMPLE === 1,
    incrementalFile: `${folder}/incremental.json`,
    force: values.fresh,
    tempDirName: `${folder}/sandbox`,
    concurrency: 1,
    // Endless loops end by the number of their rounds; a busy machine is no time-out.
    timeoutMS: 300_000,
    dryRunTimeoutMinutes: 60,
    // A module that is imported again stays in memory. Mutants outside the sample import none.
    maxTestRunnerReuse: 400 * SAMPLE,
    ignorePatterns: ['.build', 'cdk.out', '.local*', 'test/mutation', 'docs/images'],
    // Stryker would rewrite the real one with an interface that TypeScript 7 has no more; Node needs none.
    tsconfigFile: 'none.json',
    warnings: false,
  };
  writeFileSync(`${folder}/config.json`, JSON.stringify(config));
  const { status } = spawnSync(process.execPath, [TOOL, 'run', `${folder}/config.json`], {
    stdio: ['ignore', 2, 2],
    env: {
      ...process.env,
      MUTATION_FILES: files.join(' '),
      MUTATION_TESTS: tests.join(' '),
      MUTATION_SAMPLE: values.sample,
    },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status} in ${name}; its messages are above.`);
  return takeSample(reportSchema.parse(JSON.parse(readFileSync(`${folder}/report.json`, 'utf8'))));
}

function takeSample({ files }: Report): Report {
  const sampled = Object.entries(files).map(([path, { source, mutants }]) => {
    const isTried = (mutant: ReportedMutant) =>
      isSampled(path, getOriginal(source, mutant), mutant.replacement, SAMPLE);
    return [path, { source, mutants: mutants.filter(isTried) }];
  });
  return { files: Object.fromEntries(sampled) };
}

function summarise({ name }: MutationArea, report: Report) {
  const counts = {
    Killed: 0,
    Timeout: 0,
    Survived: 0,
    NoCoverage: 0,
    Ignored: 0,
    RuntimeError: 0,
    CompileError: 0,
    Pending: 0,
  };
  for (const { mutants } of Object.values(report.files))
    for (const { status } of mutants) counts[status] += 1;
  const noticed = counts.Killed + counts.Timeout;
  const mutants = noticed + counts.Survived + counts.NoCoverage;
  const survivors = Object.entries(report.files).flatMap(([path, file]) => findSurvivors(path, file));
  return {
    name,
    mutants,
    killed: counts.Killed,
    timeouts: counts.Timeout,
    survived: counts.Survived,
    noCoverage: counts.NoCoverage,
    sentences: counts.Ignored,
    score: mutants === 0 ? 100 : Math.round((1000 * noticed) / mutants) / 10,
    unexplained: survivors.filter(({ reason }) => reason === null).length,
    survivors,
  };
}

function findSurvivors(path: string, { source, mutants }: ReportedFile) {
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => {
      const original = getOriginal(source, mutant);
      const { mutatorName, replacement, location } = mutant;
      const line = source.split('\n')[location.start.line - 1] ?? '';
      const reason = findReason(path, original, replacement, line);
      return { path, line: location.start.line, mutator: mutatorName, original, replacement, reason };
    });
}

/** The report counts lines and columns from 1. */
function getOriginal(source: string, { location: { start, end } }: ReportedMutant): string {
  const toSpan = ({ line, column }: typeof start) => ({ line: line - 1, column: column - 1 });
  return cut(source, { start: toSpan(start), end: toSpan(end) });
}

function toText(): string {
  const rows = results.map(({ name, mutants, killed, timeouts, survived, noCoverage, unexplained, score }) =>
    [name, mutants, killed, timeouts, survived, noCoverage, unexplained, `${score} %`].join('\t'),
  );
  const listed = values.survivors ? results.flatMap(({ survivors }) => survivors.map(toLine)) : [];
  const head = [
    'area',
    'mutants',
    'killed',
    'time-outs',
    'survived',
    'not covered',
    'without a reason',
    'noticed',
  ].join('\t');
  return `${[head, ...rows, ...listed].join('\n')}\n`;
}

function toLine(survivor: ReturnType<typeof findSurvivors>[number]): string {
  const { path, line, original, replacement, reason } = survivor;
  return `${path}:${line}  ${original.slice(0, 100)} => ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}  ${reason ?? 'no reason is given'}`;
}
