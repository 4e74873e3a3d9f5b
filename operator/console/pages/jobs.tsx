import type { JobRun } from '../../../lib/domain/job/job-run.ts';
import type { BudgetState } from '../../upstream-access.ts';
import { getAge, Moment, StatusBadge, Table } from '../parts.tsx';
import type { JobView } from '../views.ts';

interface JobsPageProps {
  readonly jobs: readonly JobView[];
  readonly budgets: readonly BudgetState[];
  readonly connections: ReadonlyArray<{ readonly id: string }>;
  readonly paused: readonly string[];
  readonly now: number;
  readonly token: string;
}

export function JobsPage({ jobs, budgets, connections, paused, now, token }: JobsPageProps) {
  return (
    <>
      <h1>Jobs and budgets</h1>
      <h2>Rate budgets</h2>
      <div id="budgets" class="gauges" data-live>
        {budgets.map((budget) => (
          <Budget budget={budget} />
        ))}
      </div>
      <h2>Jobs</h2>
      <div id="jobs" data-live>
        <JobTable jobs={jobs} now={now} token={token} />
      </div>
      <h2>Providers</h2>
      <div class="gauges">
        {connections.map(({ id }) => (
          <Provider id={id} isPaused={paused.includes(id)} token={token} />
        ))}
      </div>
    </>
  );
}

function JobTable({ jobs, now, token }: Pick<JobsPageProps, 'jobs' | 'now' | 'token'>) {
  return (
    <Table caption="Jobs" columns={['Job', 'Connection', 'Latest run', 'Last success', 'Counts', 'Run it']}>
      {jobs.map(({ job, connection, run }) => (
        <tr>
          <th scope="row">{job}</th>
          <td>{connection || 'DEAR account'}</td>
          <td>
            {run === null ? <span class="faint">never ran</span> : <StatusBadge status={run.outcome} />}{' '}
            {run?.failure}
          </td>
          <td>
            <Success at={run?.succeededAt ?? ''} now={now} />
          </td>
          <td>{run === null ? '' : formatCounts(run)}</td>
          <td>
            <RunNow job={job} connection={connection} token={token} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Success({ at, now }: { readonly at: string; readonly now: number }) {
  return (
    <>
      <Moment at={at} /> {at !== '' && <span class="whole">({getAge(at, now)} ago)</span>}
    </>
  );
}

interface RunNowProps {
  readonly job: string;
  readonly connection: string;
  readonly token: string;
}

function RunNow({ job, connection, token }: RunNowProps) {
  return (
    <form method="post" action="/jobs">
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="job" value={job} />
      <input type="hidden" name="connection" value={connection} />
      <button type="submit" aria-label={`Run ${job} ${connection} now`.replace('  ', ' ')}>
        Now
      </button>
    </form>
  );
}

function formatCounts({ counts }: JobRun): string {
  const counted = Object.entries(counts).filter(([, count]) => count !== 0);
  return counted.length === 0 ? 'nothing new' : counted.map(([name, count]) => `${name} ${count}`).join(', ');
}

/** With slots booked so far ahead, the worker of a live sale returns its message to the queue instead of waiting. */
const FULL_MS = 10_000;

function Budget({ budget: { system, callsPerMinute, bookedMs } }: { readonly budget: BudgetState }) {
  const id = `budget-${system}`;
  return (
    <div class="panel">
      <label for={id}>
        {system}: {callsPerMinute} calls a minute
      </label>
      <meter
        id={id}
        min={0}
        max={FULL_MS}
        high={FULL_MS / 2}
        optimum={0}
        value={Math.min(bookedMs, FULL_MS)}
      />
      <p class="faint">
        {bookedMs === 0
          ? 'The next call may be made at once.'
          : `The next free slot is in ${(bookedMs / 1000).toFixed(1)} s.`}
      </p>
    </div>
  );
}

function Provider({
  id,
  isPaused,
  token,
}: {
  readonly id: string;
  readonly isPaused: boolean;
  readonly token: string;
}) {
  return (
    <form method="post" action={`/connections/${id}/${isPaused ? 'resume' : 'pause'}`} class="panel">
      <input type="hidden" name="token" value={token} />
      <strong>{id}</strong> <StatusBadge status={isPaused ? 'paused' : 'active'} />
      <p class="faint">
        {isPaused
          ? 'Its orders wait here. Its shipments are still collected and written to DEAR.'
          : 'Pausing keeps new orders, changes and cancellations here until you resume it.'}
      </p>
      <button type="submit">{isPaused ? `Resume ${id}` : `Pause ${id}`}</button>
    </form>
  );
}
