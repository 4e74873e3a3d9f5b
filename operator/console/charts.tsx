import { formatSeconds } from '../../lib/domain/clock.ts';
import type { Times } from '../../lib/store/figures.ts';
import { AUTHORISED_TO_SENT, type DayOfFigures, type FiguresView } from '../figures.ts';
import { Table } from './parts.tsx';

const WIDTH = 320;
const HEIGHT = 96;
/** Below the bars, for the first and the last day. */
const FOOT = 16;
/** More are drawn together. */
const MAX_SERIES = 4;

interface Series {
  readonly name: string;
  /** One for each day. */
  readonly values: readonly number[];
}

/**
 * What happened in the last two weeks, drawn on the server: one small chart for each question.
 * @param waitingNow orders that wait at this moment, which is never more than the most at once of today
 */
export function Charts({
  view: { days },
  waitingNow,
}: {
  readonly view: FiguresView;
  readonly waitingNow: number;
}) {
  if (days.every(({ made, sent, confirmed }) => made + sent + confirmed === 0)) {
    return <p class="faint">The charts begin with the first order.</p>;
  }
  const connections = [
    ...new Set(days.flatMap((one) => one.connections.map(({ connection }) => connection))),
  ];
  const reasons = [...new Set(days.flatMap(({ waiting }) => Object.keys(waiting)))];
  return (
    <div class="charts">
      <Bars
        title="Orders made a day"
        days={days}
        series={toSeries(days, connections, (day, id) => {
          return day.connections.find(({ connection }) => connection === id)?.made ?? 0;
        })}
      />
      <Bars
        title="Waiting, most at once"
        days={days}
        series={toSeries(days, reasons, ({ waiting }, reason) => waiting[reason] ?? 0)}
        atLeast={waitingNow}
      />
      <Percentiles
        title="From authorised to sent"
        days={days}
        get={({ seconds }) => seconds.authorisedToSent}
        hint={AUTHORISED_TO_SENT}
      />
      <Percentiles title="From event to order" days={days} get={({ seconds }) => seconds.made} />
      <Percentiles title="From ready to sent" days={days} get={({ seconds }) => seconds.sent} />
      <Percentiles title="From label to DEAR" days={days} get={({ seconds }) => seconds.confirmed} />
      <Bars
        title="DEAR’s calls booked ahead"
        days={days}
        series={[{ name: 'at most', values: days.map(({ dearBookedSeconds }) => dearBookedSeconds) }]}
        format={formatSeconds}
      />
    </div>
  );
}

/** The largest, and the others together. */
function toSeries(
  days: readonly DayOfFigures[],
  names: readonly string[],
  get: (day: DayOfFigures, name: string) => number,
): Series[] {
  const all = names
    .map((name) => ({ name, values: days.map((day) => get(day, name)) }))
    .filter(({ values }) => sum(values) > 0)
    .sort((one, other) => sum(other.values) - sum(one.values));
  if (all.length <= MAX_SERIES) return all;
  const others = all.slice(MAX_SERIES - 1);
  const values = days.map((_, index) => sum(others.map((one) => one.values[index] ?? 0)));
  return [...all.slice(0, MAX_SERIES - 1), { name: `${others.length} others`, values }];
}

interface BarsProps {
  readonly title: string;
  readonly days: readonly DayOfFigures[];
  readonly series: readonly Series[];
  readonly format?: (value: number) => string;
  /** What the latest day is known to have reached by now. */
  readonly atLeast?: number;
}

/** Stacked, with the figures of each day in its title. */
function Bars({ title, days, series, format = String, atLeast = 0 }: BarsProps) {
  const totals = days.map((_, index) => sum(series.map(({ values }) => values[index] ?? 0)));
  const highest = Math.max(1, ...totals);
  const step = WIDTH / days.length;
  return (
    <Figure
      title={title}
      days={days}
      latest={`today ${format(Math.max(atLeast, totals.at(-1) ?? 0))}`}
      highest={format(highest)}
      legend={series.length > 1 ? series.map(({ name }) => name) : []}
    >
      {days.map(({ day }, index) => {
        let top = HEIGHT;
        const shown = series.filter(({ values }) => (values[index] ?? 0) > 0);
        const words = shown.map(({ name, values }) => `${name} ${format(values[index] ?? 0)}`);
        return (
          <g>
            <title>{`${day}: ${words.join(', ') || 'none'}`}</title>
            {series.map(({ values }, place) => {
              const height = ((values[index] ?? 0) / highest) * (HEIGHT - 4);
              top -= height;
              return (
                <rect class={`s${place}`} x={index * step + 1} y={top} width={step - 2} height={height} />
              );
            })}
          </g>
        );
      })}
    </Figure>
  );
}

interface PercentilesProps {
  readonly title: string;
  readonly days: readonly DayOfFigures[];
  readonly get: (day: DayOfFigures) => Times | null;
  readonly hint?: string;
}

/** From the half to 95 % of each day, on a scale that doubles. */
function Percentiles({ title, days, get, hint = '' }: PercentilesProps) {
  const times = days.map(get);
  const longest = Math.max(2, ...times.map((one) => one?.p95 ?? 0));
  const step = WIDTH / days.length;
  const toY = (seconds: number) =>
    HEIGHT - (Math.log2(Math.max(1, seconds)) / Math.log2(longest)) * (HEIGHT - 6);
  const latest = times.findLast((one) => one !== null);
  const words = latest === undefined || latest === null ? 'none yet' : describeTimes(latest);
  return (
    <Figure title={title} days={days} latest={words} highest={formatSeconds(longest)} hint={hint}>
      {times.map((one, index) => {
        if (one === null) return null;
        const [from, to] = [toY(one.p50), toY(one.p95)];
        return (
          <g>
            <title>{`${days[index]?.day}: ${describeTimes(one)}`}</title>
            <rect class="s1" x={index * step + 1} y={to} width={step - 2} height={Math.max(1, from - to)} />
            <rect class="s0" x={index * step + 1} y={from - 1} width={step - 2} height={3} />
          </g>
        );
      })}
    </Figure>
  );
}

/** `median about 13 s, 95th percentile about 19 s`: a histogram knows them to a fifth. */
function describeTimes({ p50, p95 }: Times): string {
  return `median about ${formatSeconds(p50)}, 95th percentile about ${formatSeconds(p95)}`;
}

interface FigureProps {
  readonly title: string;
  readonly days: readonly DayOfFigures[];
  /** In words. */
  readonly latest: string;
  readonly highest: string;
  /** Names of the colours. */
  readonly legend?: readonly string[];
  /** A sentence below it; ''. */
  readonly hint?: string;
  readonly children: unknown;
}

function Figure({ title, days, latest, highest, legend = [], hint = '', children }: FigureProps) {
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  return (
    <figure class="panel">
      <figcaption>
        <strong>{title}</strong> <span class="faint">{latest}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`}
        role="img"
        aria-label={`${title}, ${first} to ${last}: latest ${latest}, highest ${highest}`}
      >
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
        {children}
        <text x="0" y={HEIGHT + 12}>
          {first.slice(5)}
        </text>
        <text x={WIDTH} y={HEIGHT + 12} text-anchor="end">
          {last.slice(5)}
        </text>
      </svg>
      {legend.length > 0 && (
        <p class="legend">
          {legend.map((name, index) => (
            <span class={`s${index}`}>{name}</span>
          ))}
        </p>
      )}
      {hint !== '' && <p class="faint">{hint}</p>}
    </figure>
  );
}

const TODAY = ['Connection', 'Made#', 'Sent#', 'Authorised to sent', 'Left, and in DEAR#'];

/** What became of orders today, by connection. */
export function Today({ view: { days } }: { readonly view: FiguresView }) {
  const today = days.at(-1);
  if (today === undefined || today.connections.length === 0) return null;
  const rows =
    today.connections.length > 1
      ? [...today.connections, { connection: 'all', ...today }]
      : today.connections;
  return (
    <>
      <h2>Today (UTC)</h2>
      <Table caption="Today, by connection" columns={TODAY}>
        {rows.map(({ connection, made, sent, confirmed, seconds }) => (
          <tr>
            <th scope="row">{connection}</th>
            <td class="number">{made}</td>
            <td class="number">{sent}</td>
            <td>{seconds.authorisedToSent === null ? '' : describeTimes(seconds.authorisedToSent)}</td>
            <td class="number">{confirmed}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
