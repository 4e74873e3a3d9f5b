import type { FulfillmentOrder } from '../../domain/fulfillment-order.ts';
import type { Sale } from '../../domain/sale.ts';
import type { SaleRecord } from '../../store/schemas.ts';
import type { Host } from '../host.ts';
import type { BridgeRecords } from './bridge-records.ts';
import type { DearScreens } from './dear-screens.ts';
import type { PackingBench } from './packing-bench.ts';

export interface ExpectedOrder {
  readonly reference: string;
  readonly number: string;
  /** As printed on the labels, one a parcel. */
  readonly trackingNumbers: readonly string[];
}

/** Everything that the story's promises are about, as all sides show it at the end. */
export interface EndState {
  readonly orders: readonly OrderAtEnd[];
  readonly ignored: {
    readonly number: string;
    readonly record: SaleRecord | null;
    readonly sentAnyway: number;
  };
  /** Calls of DEAR's API during the story, whatever they were about. */
  readonly dearCalls: number;
  readonly deadLetters: number;
}

export interface OrderAtEnd {
  readonly expected: ExpectedOrder;
  readonly order: FulfillmentOrder | null;
  readonly sale: Sale;
  /** How many orders ShipStation holds under the reference. */
  readonly copies: number;
  readonly dearCalls: number;
}

export interface Witnesses {
  readonly host: Host;
  readonly dear: DearScreens;
  readonly bench: PackingBench;
  readonly records: BridgeRecords;
  readonly expected: readonly ExpectedOrder[];
  readonly ignored: { readonly id: string; readonly number: string };
  /** ISO UTC. */
  readonly startedAt: string;
}

export async function readEndState(witnesses: Witnesses): Promise<EndState> {
  const { host, dear, bench, records, expected, ignored, startedAt } = witnesses;
  const calls = await dear.callsSince(startedAt);
  const orders = expected.map(async (one) => ({
    expected: one,
    order: await records.order(one.reference),
    sale: await dear.sale(one.number),
    copies: (await bench.ordersFor(one.reference)).length,
    dearCalls: calls.filter((number) => number === one.number).length,
  }));
  const depths = Object.values(await host.depths());
  return {
    orders: await Promise.all(orders),
    ignored: {
      number: ignored.number,
      record: await records.sale(ignored.id),
      sentAnyway: (await bench.ordersFor(`${ignored.number}-1`)).length,
    },
    dearCalls: calls.length,
    deadLetters: depths.reduce((sum, { dead }) => sum + dead, 0),
  };
}
