import type { DriftOutcome, DriftReport } from '../../../lib/domain/inventory/drift-report.ts';
import { cutText } from '../../../lib/domain/text.ts';
import { Facts, Moment, StatusBadge, Table } from '../parts.tsx';
import { toJobId } from './jobs.tsx';

const MAX_SHOWN = 10;
const ROW = 44;
const LABEL = 150;
const WIDTH = 720;
const BAR = WIDTH - LABEL - 70;

/** The largest differences as pairs of bars: the provider's quantity with what is in flight, and DEAR's. The table has them all. */
function DriftChart({ differences }: Pick<DriftReport, 'differences'>) {
  const largest = [...differences]
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, MAX_SHOWN);
  const most = Math.max(1, ...largest.flatMap((line) => [getProviderQuantity(line), line.dear ?? 0]));
  const height = largest.length * ROW + 24;
  return (
    // It keeps its size where the screen is narrow, and scrolls in its own box like a table.
    <section class="scroll chart" aria-label="Chart of the largest differences" tabindex={0}>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-label={`The ${largest.length} largest differences`}
      >
        {largest.map((line, index) => (
          <g transform={`translate(0 ${index * ROW})`}>
            <text x="0" y="24">
              {cutText(line.sku, 20, '…')}
            </text>
            <Bar tone="provider" y={4} quantity={getProviderQuantity(line)} most={most} />
            <Bar tone="dear" y={22} quantity={line.dear ?? 0} most={most} />
          </g>
        ))}
        <rect class="provider" x="0" y={height - 14} width="12" height="12" />
        <text x="18" y={height - 4}>
          Service, with what is in flight
        </text>
        <rect class="dear" x="240" y={height - 14} width="12" height="12" />
        <text x="258" y={height - 4}>
          DEAR
        </text>
      </svg>
    </section>
  );
}

function Bar({
  tone,
  y,
  quantity,
  most,
}: {
  readonly tone: string;
  readonly y: number;
  readonly quantity: number;
  readonly most: number;
}) {
  const width = Math.round((Math.max(0, quantity) / most) * BAR);
  return (
    <>
      <rect class={tone} x={LABEL} y={y} width={Math.max(1, width)} height="14" rx="2" />
      <text x={LABEL + width + 6} y={y + 12}>
        {quantity}
      </text>
    </>
  );
}

function getProviderQuantity({ provider, inFlight }: DriftReport['differences'][number]): number {
  return (provider ?? 0) + inFlight;
}

interface StockPageProps {
  readonly reports: ReadonlyArray<{
    readonly connection: string;
    readonly location: string;
    readonly drift: DriftReport | null;
  }>;
}

/** The differences between a provider's stock and DEAR's, and what was written. */
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
            {drift === null ? (
              <NotCompared connection={connection} />
            ) : (
              <Drift drift={drift} connection={connection} />
            )}
            {drift !== null && (
              <p>
                <a href={`/stock/${encodeURIComponent(connection)}.csv`}>Download the differences as CSV</a>
              </p>
            )}
          </div>
        </section>
      ))}
    </>
  );
}

function NotCompared({ connection }: { readonly connection: string }) {
  return (
    <p class="faint">
      Not compared yet. Wait for its schedule, or{' '}
      <a href={`/jobs#${toJobId('sync-inventory', connection)}`}>run sync-inventory</a> now.
    </p>
  );
}

const OUTCOMES: Readonly<Record<DriftOutcome, string>> = {
  agreed: 'Both sides agree.',
  reported: 'The differences are reported here, and nothing is written to DEAR.',
  written: 'The service’s stock was written to DEAR.',
  opened: 'A stock take with the service’s stock is open in DEAR.',
  waiting: 'The stock take of an earlier comparison is still open in DEAR.',
  stopped: 'More differs than the guard allows, so nothing was written.',
  refused: 'Nothing could be compared or written.',
};

const MODE_WORDS: Readonly<Record<DriftReport['mode'], string>> = {
  report: 'only report differences',
  adjust: 'correct DEAR’s stock',
  stocktake: 'correct DEAR’s stock by a stock take',
};

/** What is done, or was done, about a line whose difference may be written. */
const ACTION_WORDS: Readonly<Record<DriftReport['differences'][number]['action'], string>> = {
  none: 'agrees',
  adjust: 'set in DEAR to the service’s quantity',
  add: 'added in DEAR',
  report: 'only reported',
};

function Drift({ drift, connection }: { readonly drift: DriftReport; readonly connection: string }) {
  const { at, mode, outcome, reason, counts, stockTake, file, differences } = drift;
  return (
    <>
      <div class="panel">
        <p class="why">
          <StatusBadge status={outcome} /> {reason || OUTCOMES[outcome]}
        </p>
        <Facts
          of={[
            ['Compared', <Moment at={at} />],
            ['Settings', MODE_WORDS[mode]],
            ['Lines that agree', String(counts.matching)],
            ['Lines that differ', String(counts.differing)],
            ['Units that differ', counts.quantityDifference.toLocaleString('en')],
            ['Only the service has', String(counts.onlyProvider)],
            ['Only DEAR has', String(counts.onlyDear)],
            ['Stock take', stockTake],
            ['Latest run', <a href={`/jobs#${toJobId('sync-inventory', connection)}`}>sync-inventory</a>],
            [
              'All lines',
              file === '' ? (
                ''
              ) : (
                <>
                  {file} in the reports bucket, agreeing lines too. Or compare anew:{' '}
                  <code>npx bridge inventory sync {connection} --dry-run --out stock.csv</code>
                </>
              ),
            ],
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
          <td class="number">{formatSigned(line.difference)}</td>
          <td>{line.whyNot === '' ? ACTION_WORDS[line.action] : line.whyNot}</td>
        </tr>
      ))}
    </Table>
  );
}

function formatSigned(difference: number): string {
  return difference > 0 ? `+${difference}` : String(difference);
}
