import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Status } from '../../lib/domain/order/fulfillment-order.ts';
import { itForSome } from '../builders/exhaustive.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const DAY = 24 * HOUR;
const LAGS = [MINUTE, 45 * MINUTE, 3 * HOUR];
const LATE = {
  'the list': (lag: number) => ({ listLagMs: lag, lookUpLagMs: 0 }),
  'the look-up': (lag: number) => ({ listLagMs: 0, lookUpLagMs: lag }),
  both: (lag: number) => ({ listLagMs: lag, lookUpLagMs: lag }),
};
const CASES = LAGS.flatMap((lag) =>
  (Object.keys(LATE) as (keyof typeof LATE)[]).map((late) => ({ minutes: lag / MINUTE, lag, late })),
);

/** A sale whose order ShipStation made, and whose answer was lost. */
async function saleWhoseAnswerIsLost(lag: number, late: keyof typeof LATE): Promise<string> {
  system = await startVirtualSystem();
  await system.screen('shipStation', 'PATCH', 'settings', LATE[late](lag));
  const match = { method: 'POST', path: 'shipments' };
  await system.screen('shipStation', 'POST', 'faults', { kind: 'timeout-after', match });
  return authorise();
}

async function authorise(): Promise<string> {
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
  });
  return number;
}

/** Every status of the order, read at intervals for some time. */
async function getStatuses(
  reference: string,
  forMs: number,
  everyMs: number,
): Promise<Set<Status | undefined>> {
  const seen = new Set<Status | undefined>();
  for (let passed = 0; passed < forMs; passed += everyMs) {
    await system.advance(everyMs);
    seen.add((await system.orders.read(reference))?.status);
  }
  return seen;
}

const held = z.object({
  shipments: z.array(z.object({ external_shipment_id: z.string().nullable(), shipment_status: z.string() })),
});

/** The statuses of the shipments under the reference, whether a list shows them yet or not. */
async function standingThere(reference: string): Promise<string[]> {
  const { shipments } = held.parse(await system.screen('shipStation', 'GET', 'shipments'));
  return shipments.filter((row) => row.external_shipment_id === reference).map((row) => row.shipment_status);
}

describe('an order whose answer was lost, while ShipStation shows it late', () => {
  itForSome(CASES, 4)(
    'is never Failed and is adopted once: $late, $minutes minutes late',
    async ({ lag, late }) => {
      const number = await saleWhoseAnswerIsLost(lag, late);
      const seen = await getStatuses(`${number}-1`, lag + 40 * MINUTE, 10 * MINUTE);
      expect([...seen].filter((status) => status !== 'Queued' && status !== 'Shipped')).toEqual([]);
      const order = await system.orders.read(`${number}-1`);
      expect(order).toMatchObject({ status: 'Shipped', submission: { state: 'submitted' } });
      expect(await standingThere(`${number}-1`)).toEqual(['pending']);
    },
  );

  itForSome(
    CASES.flatMap((one) => [1, 8].map((voidedAfter) => ({ ...one, voidedAfter }))),
    5,
  )(
    'is Cancelled only when it is cancelled there: $late, $minutes minutes late, the sale voided after $voidedAfter',
    async ({ lag, late, voidedAfter }) => {
      const number = await saleWhoseAnswerIsLost(lag, late);
      const reference = `${number}-1`;
      await system.advance(voidedAfter * MINUTE);
      await system.dear.click(number, 'void');
      for (let passed = 0; passed < lag + 70 * MINUTE; passed += 10 * MINUTE) {
        await system.advance(10 * MINUTE);
        const order = await system.orders.read(reference);
        expect(order?.status).not.toBe('Failed');
        if (order?.status === 'Cancelled') expect(await standingThere(reference)).toEqual(['cancelled']);
      }
      const order = await system.orders.read(reference);
      expect(order?.status).toBe('Cancelled');
      expect(order?.reason).not.toMatch(/taken there|not known/);
      expect(order?.log.filter(({ what }) => what.includes('not known')).length).toBeLessThanOrEqual(2);
    },
  );
});

const there = z.object({
  shipments: z.array(
    z.object({
      shipment_id: z.string(),
      external_shipment_id: z.string().nullable(),
      shipment_status: z.string(),
    }),
  ),
});

describe('orders that people hold, void and reorder while ShipStation’s lists show changes late', () => {
  async function findShipment(reference: string) {
    const { shipments } = there.parse(await system.screen('shipStation', 'GET', 'shipments'));
    return shipments.find((row) => row.external_shipment_id === reference)!;
  }

  itForSome([45 * MINUTE, 5 * MINUTE, 3 * HOUR], 3)(
    'take each state once and leave once, with lists that are %i ms late',
    async (lag) => {
      system = await startVirtualSystem();
      await system.screen('shipStation', 'PATCH', 'settings', { listLagMs: lag, lookUpLagMs: lag });
      const numbers: string[] = [];
      for (let sale = 0; sale < 4; sale += 1) numbers.push(await authorise());
      const [plain, held, voided, redone] = numbers as [string, string, string, string];
      await system.advance(4 * HOUR);
      const heldId = (await findShipment(`${held}-1`)).shipment_id;
      await system.screen('shipStation', 'POST', `shipments/${heldId}/hold`, {
        hold_until_date: '2026-03-09',
      });
      await system.dear.click(voided, 'void');
      await system.dear.click(redone, 'undo');
      await system.advance(10 * MINUTE);
      await system.dear.click(redone, 'authorise');
      await system.advance(lag + 2 * HOUR);
      expect((await system.orders.read(`${held}-1`))?.status).toBe('On Hold');
      expect((await system.orders.read(`${voided}-1`))?.status).toBe('Cancelled');
      expect((await findShipment(`${voided}-1`)).shipment_status).toBe('cancelled');

      await system.screen('shipStation', 'POST', `shipments/${heldId}/release`);
      const { shipments } = there.parse(await system.screen('shipStation', 'GET', 'shipments'));
      const open = shipments.filter((row) => row.shipment_status === 'pending');
      expect(open.map((row) => row.external_shipment_id).sort()).toEqual(
        [`${plain}-1`, `${held}-1`, `${redone}-2`].sort(),
      );
      for (const { shipment_id } of open) await system.bench.ship(shipment_id);
      await system.advance(lag + 3 * HOUR);
      for (const reference of [`${plain}-1`, `${held}-1`, `${redone}-2`]) {
        const order = await system.orders.read(reference);
        expect({ reference, packages: order?.packages.length, state: order?.confirmation.state }).toEqual({
          reference,
          packages: 1,
          state: 'confirmed',
        });
      }
      const log = (await system.orders.read(`${held}-1`))?.log.map(({ what }) => what) ?? [];
      expect(log.filter((what) => what.includes('held at'))).toHaveLength(1);
      for (const reference of [`${plain}-1`, `${voided}-1`, `${redone}-1`]) {
        const entries = (await system.orders.read(reference))?.log.map(({ what }) => what) ?? [];
        expect(entries.filter((what) => /held at|reopened|released|by hand|deleted/.test(what))).toEqual([]);
      }
    },
  );
});

describe('an order that was voided and that ShipStation never shows', () => {
  it('is on the list of refused cancels after an hour, and ends when a person says that it is not there', async () => {
    const number = await saleWhoseAnswerIsLost(30 * DAY, 'both');
    const reference = `${number}-1`;
    await system.advance(MINUTE);
    await system.dear.click(number, 'void');
    const seen = await getStatuses(reference, 12 * HOUR, 2 * HOUR);
    expect([...seen]).toEqual(['Queued']);
    const order = await system.orders.read(reference);
    expect(order?.cancellation.state).toBe('unknown');
    expect(order?.reason).toContain('void it here if it is missing');
  });
});

describe('a reference that another order has at ShipStation', () => {
  /** A shipment that another app, or a person, makes under the number of the next sale. */
  function occupy(fields: object): Promise<string> {
    const ship = {
      name: 'A Stranger',
      phone: '5125550100',
      address_line1: '1 Elm St',
      city_locality: 'Austin',
    };
    const shipment = {
      warehouse_id: 'se-1001',
      ship_to: { ...ship, state_province: 'TX', postal_code: '78701', country_code: 'US' },
      packages: [{ weight: { value: 500, unit: 'gram' } }],
      items: [{ name: 'Another seller’s shirt', sku: 'SHIRT-L', quantity: 2 }],
      ...fields,
    };
    return system.bench.createForeignOrder(shipment);
  }
  const PLACES = {
    shipment_number: (reference: string) => ({ shipment_number: reference }),
    external_shipment_id: (reference: string) => ({ external_shipment_id: reference }),
  };

  it.each(['shipment_number', 'external_shipment_id'] as const)(
    'as its %s fails our order with a reason, and our order is sent once the other is gone',
    async (place) => {
      system = await startVirtualSystem();
      const first = await authorise();
      await system.advance(10 * MINUTE);
      const reference = `${first.slice(0, -1)}${Number(first.slice(-1)) + 1}-1`;
      const theirs = await occupy(PLACES[place](reference));
      const number = await authorise();
      expect(`${number}-1`).toBe(reference);
      await system.advance(10 * MINUTE);
      const failed = await system.orders.read(reference);
      expect(failed).toMatchObject({ status: 'Failed', submission: { state: 'rejected' } });
      expect(failed?.reason).toContain('already has an order from elsewhere');
      expect(failed?.submission.takenBy).toEqual([theirs]);
      await system.bench.deleteOrder(theirs);
      await system.advance(40 * MINUTE);
      expect(await system.orders.read(reference)).toMatchObject({ status: 'Shipped' });
    },
  );
});
