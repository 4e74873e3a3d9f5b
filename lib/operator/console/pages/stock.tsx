import type { DriftOutcome, DriftReport } from '../../../domain/drift-report.ts';
import { DriftChart } from '../parts/drift-chart.tsx';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moments.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';

export interface StockPageProps {
  readonly reports: ReadonlyArray<{
    readonly connection: string;
    readonly location: string;
    readonly drift: DriftReport | null;
  }>;
}

/** Where a service's stock and DEAR's differ, and what was done about it. */
export function StockPage({ reports }: StockPageProps) {
  return (
    <>
      <h1>Stock</h1>
      {reports.map(({ connection, location, drift }) => (
        <section aria-label={connection}>
          <h2>
            {connection} · {location}
          </h2>
          <div id={`stock-${connection}`} data-live>
            {drift === null ? <NotCompared /> : <Drift drift={drift} />}
          </div>
        </section>
      ))}
    </>
  );
}

function NotCompared() {
  return (
    <p class="faint">
      Not compared yet. It is done on its schedule, or now: <a href="/jobs">run sync-inventory</a>.
    </p>
  );
}

const WORDS: Readonly<Record<DriftOutcome, string>> = {
  agreed: 'Both sides agree.',
  reported: 'What differs is reported here, and nothing is written to DEAR.',
  written: 'DEAR has the new figures.',
  opened: 'A stock take with the new figures is open in DEAR.',
  waiting: 'The stock take of an earlier comparison is still open in DEAR.',
  stopped: 'More differs than the guard lets through, so nothing was written.',
  refused: 'Nothing could be compared or written.',
};

function Drift({ drift }: { readonly drift: DriftReport }) {
  const { at, mode, outcome, reason, counts, stockTake, file, differences } = drift;
  return (
    <>
      <div class="panel">
        <p class="why">
          <StatusBadge status={outcome} /> {reason || WORDS[outcome]}
        </p>
        <Facts
          of={[
            ['Compared', <Moment at={at} />],
            ['Mode', mode],
            ['Lines that agree', String(counts.matching)],
            ['Lines that differ', String(counts.differing)],
            ['Only the service has', String(counts.onlyProvider)],
            ['Only DEAR has', String(counts.onlyDear)],
            ['Stock take', stockTake],
            ['Whole report', file],
          ]}
        />
      </div>
      {differences.length > 0 && (
        <>
          <DriftChart differences={differences} />
          <DriftTable differences={differences} />
        </>
      )}
    </>
  );
}

function DriftTable({ differences }: Pick<DriftReport, 'differences'>) {
  return (
    <Table
      caption="Lines that differ"
      columns={['SKU', 'Batch, expiry', 'Service#', 'In flight#', 'DEAR#', 'Difference#', 'Action']}
    >
      {differences.map((line) => (
        <tr>
          <th scope="row">{line.sku}</th>
          <td>{[line.batch, line.expiry].filter((part) => part !== '').join(', ')}</td>
          <td class="number">{line.provider ?? 'unknown'}</td>
          <td class="number">{line.inFlight}</td>
          <td class="number">{line.dear ?? 'unknown'}</td>
          <td class="number">{signed(line.difference)}</td>
          <td>{line.whyNot === '' ? line.action : `${line.action}: ${line.whyNot}`}</td>
        </tr>
      ))}
    </Table>
  );
}

function signed(difference: number): string {
  return difference > 0 ? `+${difference}` : String(difference);
}
