import { formatTable } from '../../operator/cli/output.ts';
import type { DemoSystem } from './demo-system.ts';
import type { Scenario, ScenarioResult } from './scenario.ts';

/** The last line of stdout with `--json`. */
export interface DemoReport {
  readonly ok: boolean;
  readonly orders: readonly OrderRow[];
  readonly ignored: ReadonlyArray<{ readonly saleOrderNumber: string; readonly reason: string }>;
  readonly chapters: ReadonlyArray<{
    readonly name: string;
    readonly ok: boolean;
    readonly expectations: number;
  }>;
  /** Calls of all scenarios. */
  readonly dearCalls: number;
  readonly elapsedMs: number;
  /** The expectations that were not met. */
  readonly broken: readonly string[];
}

interface OrderRow {
  readonly reference: string;
  readonly saleOrderNumber: string;
  readonly status: string;
  readonly trackingNumbers: readonly string[];
  readonly dearShipStatus: string;
  /** Calls for its sale. */
  readonly dearCalls: number;
}

export interface PlayedScenario {
  readonly scenario: Scenario;
  readonly played: ScenarioResult;
}

/** @param startedAt ISO UTC */
export async function buildReport(
  demo: DemoSystem,
  results: readonly PlayedScenario[],
  startedAt: string,
): Promise<DemoReport> {
  await demo.waitUntilIdle();
  const calls = await demo.dear.callsSince(startedAt);
  const deadLetters = await demo.deadLetters();
  const broken = results.flatMap(({ played }) =>
    played.expectations.filter(({ isMet }) => !isMet).map(({ expectation }) => expectation),
  );
  if (deadLetters > 0) broken.push(`No message is in a dead-letter queue (${deadLetters} are)`);
  const sales = results.flatMap(({ played }) => played.sales);
  const orders = sales.flatMap(({ sale, references }) =>
    references.map((reference) => toRow(demo, sale.number, reference, calls)),
  );
  const ignored = results
    .flatMap(({ played }) => played.ignored)
    .map(async ({ id, number }) => {
      return { saleOrderNumber: number, reason: (await demo.records.sale(id))?.reason ?? '' };
    });
  return {
    ok: broken.length === 0,
    orders: await Promise.all(orders),
    ignored: await Promise.all(ignored),
    chapters: results.map(({ scenario, played }) => ({
      name: scenario.name,
      ok: played.expectations.every(({ isMet }) => isMet),
      expectations: played.expectations.length,
    })),
    dearCalls: calls.length,
    elapsedMs: Date.now() - Date.parse(startedAt),
    broken,
  };
}

async function toRow(
  demo: DemoSystem,
  number: string,
  reference: string,
  calls: readonly string[],
): Promise<OrderRow> {
  const order = await demo.records.order(reference);
  const sale = await demo.dear.sale(number);
  return {
    reference,
    saleOrderNumber: number,
    status: order?.status ?? 'unknown',
    trackingNumbers: order?.packages.flatMap(({ trackingNumbers }) => trackingNumbers) ?? [],
    dearShipStatus: sale.fulfilments[0]?.ship.status ?? '',
    dearCalls: calls.filter((about) => about === number).length,
  };
}

/** A row for each order, the ignored sales with their reason, and the scenarios. */
export function formatReport({ orders, ignored, chapters, dearCalls, elapsedMs }: DemoReport): string {
  const head = ['Order', 'Status', 'DEAR shipment', 'DEAR calls', 'Tracking'];
  const rows = orders.map((order) => [
    order.reference,
    order.status,
    order.dearShipStatus,
    String(order.dearCalls),
    order.trackingNumbers.join(', '),
  ]);
  return [
    formatTable(head, rows).replaceAll(/^/gm, '  '),
    '',
    ...ignored.map(({ saleOrderNumber, reason }) => `  ${saleOrderNumber} was ignored: ${reason}`),
    ...chapters.map(
      ({ name, ok, expectations }) => `  ${ok ? '✓' : '✗'} ${name}: ${expectations} expectations`,
    ),
    `  ${dearCalls} calls of DEAR's API in ${(elapsedMs / 1000).toFixed(1)} s`,
  ].join('\n');
}
