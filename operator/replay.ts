import { listLocations } from '../lib/dear/reference.ts';
import { type SaleChange, saleChanges } from '../lib/dear/sale-list.ts';
import { warehouseNamed } from '../lib/domain/sale/location.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { toReconcileMessage } from './sale.ts';

/** A sale that a replay would read again. */
export interface ReplayedSale {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  /** ISO UTC. */
  readonly updatedAt: string;
  /** DEAR's status: `AUTHORISED`, `VOIDED`. */
  readonly orderStatus: string;
  readonly known: boolean;
}

export interface ReplayWindow {
  /** ISO UTC. */
  readonly since: string;
  readonly until: string;
}

/**
 * The sales that changed in DEAR in a window and may concern a connection. Costs DEAR one call for each 1,000 changed sales,
 * and one for its locations.
 * @throws {UpstreamError}
 */
export async function planReplay(bridge: Bridge, { since, until }: ReplayWindow): Promise<ReplayedSale[]> {
  const dear = await bridge.dear();
  const concerns = await getConcern(bridge);
  const found = new Map<string, SaleChange>();
  for await (const page of saleChanges(dear, since, until)) {
    for (const row of page) {
      if (row.orderNumber !== '' && row.updatedAt <= until && concerns(row)) found.set(row.saleId, row);
    }
  }
  return await Promise.all(
    [...found.values()].map(async (row) => ({
      saleId: row.saleId,
      saleOrderNumber: row.orderNumber,
      updatedAt: row.updatedAt,
      orderStatus: row.orderStatus,
      known: (await bridge.sales.read(row.saleId)) !== null,
    })),
  );
}

/** Queues each of the sales to be read again. @param onSent called with the number queued so far */
export async function replay(
  bridge: Bridge,
  sales: readonly ReplayedSale[],
  { since, until }: ReplayWindow,
  by: Operator,
  onSent: (count: number) => void = () => {},
): Promise<void> {
  let sent = 0;
  try {
    for (const { saleId, saleOrderNumber } of sales) {
      await bridge.saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, bridge.now()));
      onSent(++sent);
    }
  } finally {
    const of = sent < sales.length ? ` of ${sales.length}` : '';
    if (sent > 0) await recordAct(bridge, by, `replayed ${sent}${of} sales`, `${since} to ${until}`);
  }
}

/** With a trigger later than the order stage, goods may leave a connected location although the sale is at another. */
async function getConcern(bridge: Bridge): Promise<(row: SaleChange) => boolean> {
  const { connections } = bridge.settings;
  if (connections.some(({ trigger }) => trigger !== 'OrderAuthorised')) return () => true;
  const locations = await listLocations(await bridge.dear());
  const ids = new Set(connections.map(({ location }) => warehouseNamed(location, locations)?.id));
  return ({ locationId }) => locationId === '' || ids.has(locationId);
}
