import type { Pause } from '../../../lib/domain/order/pause.ts';
import { describeCounts, type JobView } from '../../job-list.ts';
import type { BudgetState } from '../../upstream-access.ts';
import { getAge, Moment, StatusBadge, Table } from '../parts.tsx';

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
      <h2>Services</h2>
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
    <Table caption="Jobs" columns={['Job', 'State', 'Latest run', 'Next run', 'What it found', 'Run it']}>
      {jobs.map((view) => {
        const { job, connection, run, about, writes, next, judgement } = view;
        return (
          <tr id={toJobId(job, connection)}>
            <td class="about">
              <strong>{job}</strong> <span class="faint">{connection || 'DEAR account'}</span>
              <br />
              {about} {writes !== '' && <>It writes to {writes}.</>}
            </td>
            <td>
              <JobState run={run} state={judgement.state} />
            </td>
            <td>
              {run === null ? <span class="faint">never ran</span> : <Ago at={run.startedAt} now={now} />}
              {run !== null && run.succeededAt === '' && <p>It has not succeeded yet.</p>}
              {run?.failure}
            </td>
            <td>{next === '' ? <span class="faint">switched off</span> : <Moment at={next} />}</td>
            <td>{run === null ? '' : describeCounts(run)}</td>
            <td>
              <RunNow view={view} token={token} />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** Where a job's row is on the page. */
export function toJobId(job: string, connection: string): string {
  return `job-${job}${connection === '' ? '' : `-${connection}`}`;
}

const STATE_WORDS = {
  'in order': null,
  new: 'not due yet',
  late: 'late',
  failing: 'failed',
  off: 'switched off',
} as const;

/** How the latest run ended; where the job is late or never ran, that. */
function JobState({ run, state }: Pick<JobView, 'run'> & { readonly state: JobView['judgement']['state'] }) {
  const word = STATE_WORDS[state];
  if (run === null || word === 'late') return <StatusBadge status={word ?? 'late'} />;
  return <StatusBadge status={run.outcome} />;
}

function Ago({ at, now }: { readonly at: string; readonly now: number }) {
  return (
    <>
      <Moment at={at} /> {at !== '' && <span class="whole">({getAge(at, now)} ago)</span>}
    </>
  );
}

interface RunNowProps {
  readonly view: JobView;
  readonly token: string;
}

/** A job that writes outside the bridge asks first. */
function RunNow({ view: { job, connection, writes }, token }: RunNowProps) {
  const label = `Run ${job} ${connection} now`.replace('  ', ' ');
  if (writes !== '')
    return (
      <a class="button" href={`/jobs/run?${new URLSearchParams({ job, connection })}`} aria-label={label}>
        Now …
      </a>
    );
  return (
    <form method="post" action="/jobs">
      <JobFields {...{ job, connection, token }} />
      <button type="submit" aria-label={label}>
        Now
      </button>
    </form>
  );
}

function JobFields({
  job,
  connection,
  token,
}: Pick<JobView, 'job' | 'connection'> & { readonly token: string }) {
  return (
    <>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="job" value={job} />
      <input type="hidden" name="connection" value={connection} />
    </>
  );
}

/** One question before a job that writes to another system. */
export function ConfirmRun({ view: { job, connection, about, writes }, token }: RunNowProps) {
  return (
    <>
      <h1>
        Run {job} {connection} now?
      </h1>
      <form method="post" action="/jobs" class="panel notice">
        <p class="why">
          {about} It writes to {writes}.
        </p>
        <p>Its schedule does the same; a run now changes nothing about that.</p>
        <JobFields {...{ job, connection, token }} />
        <p class="actions">
          <button type="submit" class="main">
            Run it now
          </button>
          <a class="button" href="/jobs">
            Leave it to its schedule
          </a>
        </p>
      </form>
    </>
  );
}

/** With slots booked so far ahead, the worker of a live sale returns its message to the queue instead of waiting. */
const FULL_MS = 10_000;

/** How many calls were made, beside how many may be, and when the next one may. */
function Budget({ budget }: { readonly budget: BudgetState }) {
  const { system, callsPerMinute, bookedMs, callsThisMinute, callsMinuteBefore } = budget;
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
      <p>
        {callsMinuteBefore} in the last minute, {callsThisMinute} in this one
      </p>
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
