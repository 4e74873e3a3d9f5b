import { Option } from 'commander';
import { ACCOUNT_JOBS, CONNECTION_JOBS } from '../../lib/messaging/messages.ts';
import { UsageError } from '../user-errors.ts';
import { type CommandGroup, getParameter, type Invocation } from './command.ts';
import { EXAMPLE_CONNECTION } from './init/init-options.ts';
import { formatTable } from './output.ts';

export const jobs: CommandGroup = {
  name: 'jobs',
  about: 'Scheduled jobs: how each is, and start one now',
  commands: [
    {
      usage: 'list',
      about: 'Lists the jobs: what each does, its latest and its next run, and what it found',
      examples: [['bridge jobs list', 'of each connection, and of the DEAR account']],
      run: list,
    },
    {
      usage: 'run <name>',
      about: `Starts a job now: ${[...CONNECTION_JOBS, ...ACCOUNT_JOBS].join(', ')}`,
      examples: [
        ['bridge jobs run sweep-sales', 'reads the sales that changed in DEAR'],
        [
          `bridge jobs run refresh-catalogue --connection ${EXAMPLE_CONNECTION}`,
          'of one connection; without it of each',
        ],
      ],
      options: [new Option('--connection <id>', 'only of this connection')],
      writes: true,
      run,
    },
  ],
};

async function list({ bridge, output }: Invocation): Promise<undefined> {
  const { describeCounts, readJobs } = await import('../job-list.ts');
  const views = await readJobs(await bridge());
  output.data(views, () =>
    formatTable(
      ['JOB', 'CONNECTION', 'STATE', 'LATEST RUN', 'NEXT RUN', 'WHAT IT FOUND', 'WHAT IT DOES'],
      views.map(({ job, connection, run: latest, next, judgement, about, writes }) => [
        job,
        connection || '-',
        judgement.state,
        latest === null ? 'never' : latest.startedAt.slice(0, 19),
        next.slice(0, 19) || 'never',
        latest === null ? '' : describeCounts(latest),
        writes === '' ? about : `${about} It writes to ${writes}.`,
      ]),
    ),
  );
}

async function run(invocation: Invocation): Promise<undefined> {
  const { options, output, dryRun, operator } = invocation;
  const job = getParameter(invocation);
  const bridge = await invocation.bridge();
  const only = options.text('connection');
  const isOfConnection = CONNECTION_JOBS.some((one) => one === job);
  if (!isOfConnection && only !== undefined && ACCOUNT_JOBS.some((one) => one === job)) {
    throw new UsageError(`${job} is a job of the whole account`, 'Leave out --connection');
  }
  const all = isOfConnection ? bridge.settings.connections.map(({ id }) => id) : [''];
  const connections = only === undefined ? all : [only];
  if (only !== undefined) bridge.connection(only);
  const { startJob } = await import('../queues.ts');
  for (const id of dryRun ? [] : connections) await startJob(bridge, job, id, operator);
  const of = isOfConnection ? ` of ${connections.join(', ')}` : '';
  output.data({ job, connections, dryRun }, () => `${job}${of} ${dryRun ? 'would be' : 'is'} started.`);
}
