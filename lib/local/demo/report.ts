import type { EndState } from './end-state.ts';

/** What `--json` prints on the last line of stdout. */
export interface DemoReport {
  readonly ok: boolean;
  readonly orders: ReadonlyArray<{
    readonly reference: string;
    readonly saleOrderNumber: string;
    readonly status: string;
    readonly trackingNumbers: readonly string[];
    readonly dearShipStatus: string;
    readonly dearCalls: number;
  }>;
  readonly ignored: ReadonlyArray<{ readonly saleOrderNumber: string; readonly reason: string }>;
  /** Of all three sales. */
  readonly dearCalls: number;
  readonly elapsedMs: number;
  /** The promises that were not kept. */
  readonly broken: readonly string[];
}

export function reportOf(end: EndState, broken: readonly string[], elapsedMs: number): DemoReport {
  return {
    ok: broken.length === 0,
    orders: end.orders.map(({ expected, order, sale, dearCalls }) => ({
      reference: expected.reference,
      saleOrderNumber: expected.number,
      status: order?.status ?? 'unknown',
      trackingNumbers: sale.fulfilments.flatMap(({ ship }) =>
        ship.lines.flatMap((line) => line.trackingNumbers),
      ),
      dearShipStatus: sale.fulfilments[0]?.ship.status ?? '',
      dearCalls,
    })),
    ignored: [{ saleOrderNumber: end.ignored.number, reason: end.ignored.record?.reason ?? '' }],
    dearCalls: end.dearCalls,
    elapsedMs,
    broken,
  };
}

/** For a person: a row for each order, and why the others are not there. */
export function tableOf({ orders, ignored, dearCalls, elapsedMs }: DemoReport): string {
  const head = ['Order', 'Status', 'DEAR shipment', 'DEAR calls', 'Tracking'];
  const rows = orders.map((order) => [
    order.reference,
    order.status,
    order.dearShipStatus,
    String(order.dearCalls),
    order.trackingNumbers.join(', '),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [
    line(head),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
    '',
    ...ignored.map(({ saleOrderNumber, reason }) => `  ${saleOrderNumber} was ignored: ${reason}`),
    `  ${dearCalls} calls of DEAR's API in ${(elapsedMs / 1000).toFixed(1)} s`,
  ].join('\n');
}
