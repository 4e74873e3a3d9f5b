import { formatSeconds } from '../../lib/domain/clock.ts';
import type { Times } from '../../lib/store/figures.ts';
import type { DayOfFigures, FiguresView } from '../figures.ts';

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

/** What happened in the last two weeks, drawn on the server: one small chart for each question. */
export function Charts({ view: { days } }: { readonly view: FiguresView }) {
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
        title="Orders a day"
        days={days}
        series={toSeries(days, connections, (day, id) => {
          return day.connections.find(({ connection }) => connection === id)?.made ?? 0;
        })}
      />
      <Bars
        title="Waiting, most at once"
        days={days}
        series={toSeries(days, reasons, ({ waiting }, reason) => waiting[reason] ?? 0)}
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
}

/** Stacked, with the figures of each day in its title. */
function Bars({ title, days, series, format = String }: BarsProps) {
  const totals = days.map((_, index) => sum(series.map(({ values }) => values[index] ?? 0)));
  const highest = Math.max(1, ...totals);
  const step = WIDTH / days.length;
  return (
    <Figure title={title} days={days} latest={format(totals.at(-1) ?? 0)} highest={format(highest)}>
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
      {series.length > 1 && <Legend names={series.map(({ name }) => name)} />}
    </Figure>
  );
}

interface PercentilesProps {
  readonly title: string;
  readonly days: readonly DayOfFigures[];
  readonly get: (day: DayOfFigures) => Times | null;
}

/** From the half to 95 % of each day, on a scale that doubles. */
function Percentiles({ title, days, get }: PercentilesProps) {
  const times = days.map(get);
  const longest = Math.max(2, ...times.map((one) => one?.p95 ?? 0));
  const step = WIDTH / days.length;
  const toY = (seconds: number) =>
    HEIGHT - (Math.log2(Math.max(1, seconds)) / Math.log2(longest)) * (HEIGHT - 6);
  const latest = times.findLast((one) => one !== null);
  const words =
    latest === undefined || latest === null
      ? 'none yet'
      : `half in ${formatSeconds(latest.p50)}, 95 % in ${formatSeconds(latest.p95)}`;
  return (
    <Figure title={title} days={days} latest={words} highest={formatSeconds(longest)}>
      {times.map((one, index) => {
        if (one === null) return null;
        const [from, to] = [toY(one.p50), toY(one.p95)];
        return (
          <g>
            <title>{`${days[index]?.day}: half in ${formatSeconds(one.p50)}, 95 % in ${formatSeconds(one.p95)}`}</title>
            <rect class="s1" x={index * step + 1} y={to} width={step - 2} height={Math.max(1, from - to)} />
            <rect class="s0" x={index * step + 1} y={from - 1} width={step - 2} height={3} />
          </g>
        );
      })}
    </Figure>
  );
}

interface FigureProps {
  readonly title: string;
  readonly days: readonly DayOfFigures[];
  /** In words. */
  readonly latest: string;
  readonly highest: string;
  readonly children: unknown;
}

function Figure({ title, days, latest, highest, children }: FigureProps) {
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
    </figure>
  );
}

function Legend({ names }: { readonly names: readonly string[] }) {
  const step = (WIDTH - 90) / names.length;
  return (
    <>
      {names.map((name, index) => (
        <text class={`s${index}`} x={45 + index * step} y={HEIGHT + 12}>
          {name.length > 12 ? `${name.slice(0, 11)}…` : name}
        </text>
      ))}
    </>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
