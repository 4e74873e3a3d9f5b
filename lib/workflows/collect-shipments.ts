import type { Clock } from '../domain/clock.ts';
import { needsConfirmation } from '../domain/confirmation.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import type { ReportedShipment } from '../domain/package.ts';
import { recordShipments } from '../domain/shipment.ts';
import type { Provider } from '../providers/provider.ts';
import type { LogEvent } from './log.ts';

export interface CollectShipmentsNeeds {
  readonly provider: Provider;
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly cursors: {
    read(job: string, connection: string): Promise<string | null>;
    save(job: string, connection: string, cursor: string): Promise<void>;
  };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  readonly now: Clock;
  readonly log: LogEvent;
}

const JOB = 'collect-shipments';

/**
 * Reads what the provider has shipped since last time, records each package on its order, and queues the orders that are
 * completely out for confirmation. The cursor moves only after a page is recorded and queued, so nothing is skipped.
 * @returns `unfinished` where time ran out; calling it again goes on
 */
export async function collectShipments(
  connection: string,
  needs: CollectShipmentsNeeds,
): Promise<'finished' | 'unfinished'> {
  const tally = { pages: 0, shipments: 0, packages: 0, strangers: 0, queued: 0 };
  const start = await needs.cursors.read(JOB, connection);
  let ending: 'finished' | 'unfinished' = 'finished';
  for await (const page of needs.provider.shipmentsSince(start)) {
    for (const shipments of byReference(page.shipments)) await record(shipments, connection, tally, needs);
    await needs.cursors.save(JOB, connection, page.cursor);
    tally.pages += 1;
    tally.shipments += page.shipments.length;
    if (page.shipments.length > 0 && !needs.hasTime()) {
      ending = 'unfinished';
      break;
    }
  }
  needs.log('shipments.collected', { connection, outcome: ending, ...tally });
  return ending;
}

function byReference(shipments: readonly ReportedShipment[]): ReportedShipment[][] {
  return [...Map.groupBy(shipments, ({ reference }) => reference).values()];
}

/** @param shipments of one reference, at least one */
async function record(
  shipments: readonly ReportedShipment[],
  connection: string,
  tally: { packages: number; strangers: number; queued: number },
  needs: CollectShipmentsNeeds,
): Promise<void> {
  const reference = shipments[0]?.reference ?? '';
  const order = reference === '' ? null : await needs.orders.read(reference);
  if (order === null || order.connection !== connection) {
    tally.strangers += shipments.length;
    return;
  }
  const recorded = await needs.orders.update(order, (current) =>
    recordShipments(current, shipments, needs.now()),
  );
  tally.packages += recorded.packages.length - order.packages.length;
  if (!needsConfirmation(recorded)) return;
  await needs.confirmations.publish({ reference });
  tally.queued += 1;
}
