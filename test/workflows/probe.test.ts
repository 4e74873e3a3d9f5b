import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { recordLabelRefused, requestLabel } from '../../lib/domain/label/order-label.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { probe } from '../../lib/workflows/probe.ts';
import { connection } from '../builders/connection.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { saleRecord } from '../builders/sale-record.ts';
import { World } from './world.ts';

const HOUR = 3_600_000;
const JOBS = [
  { job: 'collect-shipments', connection: 'lantern' },
  { job: 'collect-shipments', connection: 'harbour' },
  { job: 'probe', connection: '' },
];

class Watch extends World {
  expectedJobs = JOBS;
  deadLetters = 0;
  dearBookedUntil = 0;

  /** The levels of one measurement; a job's age under its name. */
  async look(): Promise<Record<string, number>> {
    const levels: Record<string, number> = {};
    await probe({
      orders: this.orders,
      sales: this.sales,
      setAside: this.setAside,
      runs: this.runs,
      expectedJobs: this.expectedJobs,
      countDeadLetters: async () => this.deadLetters,
      holdHours: 24,
      stockTakeHours: 4,
      cursors: this.cursors,
      unshippedDays: 5,
      connections: this.connections,
      figures: this.figures,
      dearBookedUntil: async () => this.dearBookedUntil,
      gauge: (metric, value, { job, connection } = {}) => {
        levels[connection === undefined ? (job ?? metric) : `${job} of ${connection}`] = value;
      },
      now: () => this.now,
    });
    return levels;
  }

  /** Stores the order as it is; it has waited for that many hours. */
  async holds(reference: string, hours: number, order: FulfillmentOrder): Promise<FulfillmentOrder> {
    const waitingSince = new Date(this.now - hours * HOUR).toISOString();
    const stored = { ...order, reference, waitingSince, version: 1 };
    await this.orders.save(stored);
    return stored;
  }

  async succeeded(job: string, of: string): Promise<void> {
    const succeededAt = new Date(this.now).toISOString();
    const run = { job, connection: of, doneUntil: '', startedAt: '', succeededAt, counts: {}, failure: '' };
    await this.runs.save({ ...run, outcome: 'finished' });
  }
}

const everything = (overrides: Partial<FulfillmentOrder> = {}) => {
  const order = acceptedOrder(sale(), overrides);
  const contents = order.lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' }));
  return { ...order, packages: [box({ contents })] };
};
const withStages = (overrides: Partial<Connection> = {}) =>
  connection({ trigger: 'PackAuthorised', ...overrides });

describe('the probe', () => {
  it('measures 0 if nothing waits', async () => {
    const watch = new Watch();
    await watch.holds('SO-1-1', 99, acceptedOrder());
    expect(await watch.look()).toEqual({
      OldestUnsubmittedSaleSeconds: 0,
      OldestUnconfirmedShipmentSeconds: 0,
      OrdersFailed: 0,
      OrdersOnHoldTooLong: 0,
      StockTakesOpenTooLong: 0,
      OrdersCancelRefused: 0,
      OrdersStandingStill: 0,
      OrdersUnshippedTooLong: 0,
      OrdersConfirmationRefused: 0,
      OrdersSetAside: 0,
      DeadLetterMessages: 0,
      'collect-shipments': 0,
      'collect-shipments of lantern': 0,
      'collect-shipments of harbour': 0,
      probe: 0,
    });
  });

  it('measures for each connection the age of its last collection of shipments', async () => {
    const watch = new Watch();
    await watch.look();
    await watch.succeeded('collect-shipments', 'harbour');
    watch.now += 20 * 60_000;
    await watch.succeeded('collect-shipments', 'lantern');
    expect(await watch.look()).toMatchObject({
      'collect-shipments': 1_200,
      'collect-shipments of lantern': 0,
      'collect-shipments of harbour': 1_200,
    });
  });

  it('measures how long the oldest sale has waited for its provider', async () => {
    const watch = new Watch();
    await watch.holds('SO-1-1', 2, queuedOrder());
    await watch.holds('SO-2-1', 5, queuedOrder());
    await watch.holds('SO-3-1', 9, queuedOrder(sale(), { released: false }));
    expect((await watch.look()).OldestUnsubmittedSaleSeconds).toBe(5 * 3_600);
  });

  it('counts the orders that wait for a person', async () => {
    const watch = new Watch();
    await watch.holds('SO-1-1', 1, queuedOrder(sale(), { status: 'Failed', desired: 'held' }));
    const withdrawn = {
      withdrawn: true,
      desired: 'cancelled',
      cancellation: { state: 'refused', at: '' },
    } as const;
    await watch.holds('SO-2-1', 1, acceptedOrder(sale(), withdrawn));
    const { confirmation } = acceptedOrder();
    await watch.holds('SO-3-1', 1, everything({ confirmation: { ...confirmation, state: 'refused' } }));
    expect(await watch.look()).toMatchObject({
      OrdersFailed: 1,
      OrdersCancelRefused: 1,
      OrdersConfirmationRefused: 1,
      OrdersSetAside: 0,
      OldestUnconfirmedShipmentSeconds: 0,
    });
  });

  it('counts the orders that stand still, and those that have not left for more days than the setting says', async () => {
    const watch = new Watch();
    await watch.holds('SO-1-1', 1, acceptedOrder(sale(), { status: 'Cancelled', standstill: 'cancelled' }));
    await watch.holds('SO-2-1', 5 * 24 + 1, acceptedOrder());
    await watch.holds('SO-3-1', 5 * 24 - 1, acceptedOrder());
    expect(await watch.look()).toMatchObject({ OrdersStandingStill: 1, OrdersUnshippedTooLong: 1 });
  });

  it('counts the orders that are On Hold, unprocessed or without a label for too long, and not before', async () => {
    const watch = new Watch();
    const held = queuedOrder(sale(), { status: 'On Hold', desired: 'held', hold: 'payment' });
    await watch.holds('SO-1-1', 23, held);
    await watch.holds('SO-2-1', 24, held);
    await watch.holds('SO-3-1', 25, queuedOrder(sale(), { released: false }));
    const requested = requestLabel(acceptedOrder(), 'ups_ground', 'Ada', NOW);
    const { postage } = recordLabelRefused(requested, 'No rate fits.', NOW);
    await watch.holds('SO-4-1', 25, { ...acceptedOrder(), postage: postage! });
    await watch.holds('SO-5-1', 23, { ...acceptedOrder(), postage: postage! });
    expect((await watch.look()).OrdersOnHoldTooLong).toBe(3);
  });

  it('counts the parked messages', async () => {
    const watch = new Watch();
    watch.deadLetters = 3;
    expect((await watch.look()).DeadLetterMessages).toBe(3);
  });

  describe('of unconfirmed shipments', () => {
    const age = async (watch: Watch) => (await watch.look()).OldestUnconfirmedShipmentSeconds;

    it('measures how long the oldest has waited', async () => {
      const watch = new Watch();
      await watch.holds('SO-1-1', 1, everything());
      await watch.holds('SO-2-1', 3, everything());
      expect(await age(watch)).toBe(3 * 3_600);
    });

    it('skips one whose connection now waits for the rest, and counts one whose connection was removed', async () => {
      const watch = new Watch();
      const part = everything({ partialShipments: 'convert' });
      const [first] = part.packages[0]!.contents;
      await watch.holds('SO-1-1', 3, { ...part, packages: [box({ contents: [first!] })] });
      expect(await age(watch)).toBe(0);
      watch.connections = [];
      expect(await age(watch)).toBe(3 * 3_600);
    });

    it('counts shipments that are confirmed together from when the last of them left', async () => {
      const watch = new Watch();
      watch.connections = [withStages(), withStages({ id: 'harbour' })];
      const own = await watch.holds('SO-1-1', 5, everything({ taskId: 'task-1' }));
      const other = acceptedOrder(sale(), {
        taskId: 'task-1',
        connection: 'harbour',
        reference: 'SO-1-2',
        version: 1,
      });
      await watch.orders.save(other);
      const references = ['SO-1-1', 'SO-1-2'];
      const { saleId, saleOrderNumber } = own;
      await watch.sales.save(saleRecord({ saleId, saleOrderNumber, references }), null);
      expect(await age(watch)).toBe(0);
      const waitingSince = new Date(watch.now - 2 * HOUR).toISOString();
      await watch.orders.save({
        ...everything(),
        ...other,
        packages: everything().packages,
        waitingSince,
        version: 2,
      });
      expect(await age(watch)).toBe(2 * 3_600);
    });
  });

  describe('of jobs', () => {
    it('measures the age of the last success, of the connection where it is oldest', async () => {
      const watch = new Watch();
      await watch.look();
      await watch.succeeded('collect-shipments', 'harbour');
      await watch.succeeded('probe', '');
      watch.now += HOUR;
      await watch.succeeded('collect-shipments', 'lantern');
      watch.now += HOUR;
      expect(await watch.look()).toMatchObject({ 'collect-shipments': 2 * 3_600, probe: 2 * 3_600 });
    });

    it('counts a job that never ran from when it was first expected', async () => {
      const watch = new Watch();
      await watch.look();
      watch.now += 3 * HOUR;
      expect(await watch.look()).toMatchObject({ 'collect-shipments': 3 * 3_600 });
    });

    it('does not measure a job that is switched off, and stores the expected jobs only if they change', async () => {
      const watch = new Watch();
      await watch.look();
      const before = watch.table.puts;
      await watch.look();
      expect(watch.table.puts).toBe(before);
      watch.expectedJobs = JOBS.slice(2);
      watch.now += HOUR;
      expect(await watch.look()).not.toHaveProperty('collect-shipments');
      watch.expectedJobs = JOBS;
      expect(await watch.look()).toMatchObject({ 'collect-shipments': 0 });
    });
  });
});
