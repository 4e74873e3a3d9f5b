import type { DriftView } from '../needs.ts';
import { DriftChart } from '../parts/drift-chart.tsx';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moments.tsx';
import { Table } from '../parts/table.tsx';

export interface StockPageProps {
  readonly reports: ReadonlyArray<{
    readonly connection: string;
    readonly location: string;
    readonly drift: DriftView | null;
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
          {drift === null ? <p class="faint">Not compared yet.</p> : <Drift drift={drift} />}
        </section>
      ))}
    </>
  );
}

function Drift({ drift }: { readonly drift: DriftView }) {
  return (
    <>
      <div class="panel">
        <p class="why">{drift.outcome}</p>
        <Facts
          of={[
            ['Compared', <Moment at={drift.at} />],
            ['Mode', drift.mode],
            ['Lines that agree', String(drift.matching)],
            ['Lines that differ', String(drift.differing)],
          ]}
        />
      </div>
      {drift.lines.length > 0 && (
        <>
          <DriftChart lines={drift.lines} />
          <DriftTable lines={drift.lines} />
        </>
      )}
    </>
  );
}

function DriftTable({ lines }: Pick<DriftView, 'lines'>) {
  return (
    <Table
      caption="Lines that differ"
      columns={['SKU', 'Batch, expiry', 'Service#', 'In flight#', 'DEAR#', 'Difference#', 'Action']}
    >
      {lines.map((line) => (
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
