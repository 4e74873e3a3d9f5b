import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

const USAGE = `npm run fuzz -- [--requests N] [--seed S] [--json]

Sends spoilt requests to everything that answers calls from outside. Exits with 1 where one was answered with 5xx, took too long,
was accepted and not queued, or left personal data or a secret in a log line, a message or an answer.
`;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const began = performance.now();
const report = await runFuzz(Number(values.requests), Number(values.seed));
const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(`${JSON.stringify({ ...report, seconds }, null, values.json ? 0 : 2)}\n`);
process.exitCode = report.problems.length > 0 || report.slow > 0 ? 1 : 0;
