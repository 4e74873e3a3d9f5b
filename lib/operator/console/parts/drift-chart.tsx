import type { DriftReport } from '../../../domain/drift-report.ts';
import { cutText } from '../../../domain/text.ts';

const SHOWN = 10;
const ROW = 44;
const LABEL = 150;
const WIDTH = 720;
const BAR = WIDTH - LABEL - 70;

/** The largest differences as pairs of bars: the service's quantity with what is in flight, and DEAR's. The table says it all. */
export function DriftChart({ differences }: Pick<DriftReport, 'differences'>) {
  const largest = [...differences]
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, SHOWN);
  const most = Math.max(1, ...largest.flatMap((line) => [serviceOf(line), line.dear ?? 0]));
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
            <Bar tone="provider" y={4} quantity={serviceOf(line)} most={most} />
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

function serviceOf({ provider, inFlight }: DriftReport['differences'][number]): number {
  return (provider ?? 0) + inFlight;
}
