import type { JobRun } from '../../../lib/domain/job/job-run.ts';
import type { Pause } from '../../../lib/domain/order/pause.ts';
import type { BudgetState } from '../../upstream-access.ts';
import { getAge, Moment, StatusBadge, Table } from '../parts.tsx';
import type { JobView } from '../views.ts';

interface JobsPageProps {
  readonly jobs: readonly JobView[];
  readonly budgets: readonly BudgetState[];
  readonly connections: ReadonlyArray<{ readonly id: string }>;
  readonly paused: readonly Pause[];
  /** The run that a person has just asked for; null: none. */
  readonly asked: AskedRun | null;
  readonly now: number;
  readonly token: string;
}

/** A run that a person asked for: which job, and when (ISO UTC). */
export interface AskedRun {
  readonly job: string;
  readonly connection: string;
  readonly at: string;
}

/** Follows the run until it ends. The page is refreshed while it is open. */
function Asked({ asked, jobs }: { readonly asked: AskedRun; readonly jobs: readonly JobView[] }) {
  const run = jobs.find(({ job, connection }) => job === asked.job && connection === asked.connection)?.run;
  const name = `${asked.job} ${asked.connection}`.trim();
  if (run === null || run === undefined || run.startedAt < asked.at)
    return (
      <p class="panel notice" role="status">
        {name} is asked for, and begins as soon as a worker is free.
      </p>
    );
  const state = run.outcome === 'running' ? 'is running since' : `has ${run.outcome}. It began at`;
  return (
    <p class="panel notice" role="status">
      {name} {state} <Moment at={run.startedAt} />. {run.failure}
    </p>
  );
}

export function JobsPage({ jobs, budgets, connections, paused, asked, now, token }: JobsPageProps) {
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
      <div id="asked" data-live>
        {asked !== null && <Asked asked={asked} jobs={jobs} />}
      </div>
      <div id="jobs" data-live>
        <JobTable jobs={jobs} now={now} token={token} />
      </div>
      <h2>Providers</h2>
      <div class="gauges">
        {connections.map(({ id }) => (
          <Provider
            id={id}
            pause={paused.find(({ connection }) => connection === id) ?? null}
            token={token}
          />
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
  pause,
  token,
}: {
  readonly id: string;
  readonly pause: Pause | null;
  readonly token: string;
}) {
  const isPaused = pause !== null;
  return (
    <form method="post" action={`/connections/${id}/${isPaused ? 'resume' : 'pause'}`} class="panel">
      <input type="hidden" name="token" value={token} />
      <strong>{id}</strong> <StatusBadge status={isPaused ? 'paused' : 'active'} />
      <p class="faint">
        {isPaused
          ? 'Its orders wait here. Its shipments are still collected and written to DEAR.'
          : 'Pausing keeps new orders, changes and cancellations here until you resume it.'}
      </p>
      {pause === null ? (
        <label>
          Why <input name="why" maxlength={500} autocomplete="off" />
        </label>
      ) : (
        <p>
          By {pause.by} at <Moment at={pause.since} />
          {pause.why === '' ? '.' : `: ${pause.why}`}
        </p>
      )}
      <button type="submit">{isPaused ? `Resume ${id}` : `Pause ${id}`}</button>
    </form>
  );
}
