import { settingsSchema } from '../../lib/settings/schema.ts';
import { CALLS_MEASURED, MEASURED, PRICES, RUNNING_MEASURED } from '../../operator/stack/cost-estimate.ts';
import { MINUTE, startVirtualSystem } from '../flow/virtual-system.ts';
import type { Metrics } from './bench.ts';

/** 10,000 sales a day are one each 8.64 s. */
const EVERY_MS = 8_640;
const SALES = 50;
const HOUR_OF_SALES_MS = 60 * MINUTE;

/**
 * What an order takes by the running workflows, at the rate of 10,000 a day on a virtual clock and beyond the same hour without
 * sales, against what the model of `bridge cost` assumes: units of the table, requests of the queues, calls of DEAR, and the
 * list price of table and queues. The time of functions is an assumption of the model and is not measured.
 */
export async function cost(): Promise<Metrics> {
  const [idle, busy] = [await measure(0), await measure(SALES)];
  const an = (name: keyof typeof busy) => (busy[name] - idle[name]) / SALES;
  const kept =
    settingsSchema.shape.callRetentionDays.parse(undefined) > 0
      ? CALLS_MEASURED
      : { writeUnits: 0, readUnits: 0 };
  const model: Units = {
    writeUnits: MEASURED.writeUnits + kept.writeUnits,
    readUnits: MEASURED.readUnits + RUNNING_MEASURED.readUnits + kept.readUnits,
    queueRequests: MEASURED.queueRequests + RUNNING_MEASURED.queueRequests,
  };
  const found: Units = {
    writeUnits: an('writeUnits'),
    readUnits: an('readUnits'),
    queueRequests: an('queueRequests'),
  };
  const price = (units: Units) =>
    units.writeUnits * PRICES.tableWrite +
    units.readUnits * PRICES.tableRead +
    units.queueRequests * PRICES.fifoRequest;
  return {
    'write units an order': rounded(found.writeUnits),
    'write units / model': rounded(found.writeUnits / model.writeUnits),
    'read units an order': rounded(found.readUnits),
    'read units / model': rounded(found.readUnits / model.readUnits),
    'queue requests an order': rounded(found.queueRequests),
    'queue requests / model': rounded(found.queueRequests / model.queueRequests),
    'DEAR calls an order': rounded(an('dearCalls')),
    'price of table and queues / model': rounded(price(found) / price(model)),
  };
}

type Units = Readonly<Record<'writeUnits' | 'readUnits' | 'queueRequests', number>>;

async function measure(sales: number) {
  const system = await startVirtualSystem({ shipsAfterMs: 5 * MINUTE, shipmentWebhooks: 'on' });
  try {
    await system.dear.setStock('TRL-MUG-350', system.location, 10_000);
    const { writeUnits, readUnits } = system.table;
    const [dearBefore, messagesBefore] = [system.dearCalls().length, system.count('MessageProcessed')];
    const end = system.now() + HOUR_OF_SALES_MS;
    const sale = {
      location: system.location,
      carrier: 'UPS Ground',
      lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
    };
    for (let sold = 0; sold < sales; sold += 1) {
      await system.dear.authoriseSale(sale);
      await system.advance(EVERY_MS);
    }
    await system.advance(end - system.now());
    return {
      writeUnits: system.table.writeUnits - writeUnits,
      readUnits: system.table.readUnits - readUnits,
      // Each is sent, received and deleted.
      queueRequests: 3 * (system.count('MessageProcessed') - messagesBefore),
      dearCalls: system.dearCalls().length - dearBefore,
    };
  } finally {
    await system.stop();
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
