import { afterEach, describe, expect, it } from 'vitest';
import { itForSome } from '../builders/exhaustive.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const FAULTS = {
  'lost before the write': { kind: 'timeout-before' },
  'lost after the write': { kind: 'timeout-after' },
  'refused by rate': { kind: 'refuse-429' },
  'answered with 500': { kind: 'status', status: 500, body: { ErrorCode: 500, Exception: 'Oops' } },
  'answered with 200 and ignored': { kind: 'ignored' },
  'answered with null and ignored': { kind: 'status', status: 200, body: null },
  'answered with Success: false': { kind: 'status', status: 200, body: { Success: false } },
} as const;

const WRITES = {
  fulfilment: { method: 'POST', path: 'sale/fulfilment' },
  pick: { method: 'POST', path: 'sale/fulfilment/pick' },
  pack: { method: 'POST', path: 'sale/fulfilment/pack' },
  ship: { method: 'POST', path: 'sale/fulfilment/ship' },
  invoice: { method: 'POST', path: 'sale/invoice' },
} as const;
type Write = keyof typeof WRITES;

interface Scenario {
  readonly type: 'Simple' | 'Advanced';
  readonly parcels: 1 | 2;
  readonly writes: readonly Write[];
}

const SCENARIOS: Record<string, Scenario> = {
  'a simple sale': { type: 'Simple', parcels: 1, writes: ['pick', 'pack', 'ship', 'invoice'] },
  'an advanced sale': { type: 'Advanced', parcels: 1, writes: ['pick', 'pack', 'ship', 'invoice'] },
  'the second parcel of a sale': {
    type: 'Simple',
    parcels: 2,
    writes: ['fulfilment', 'pick', 'pack', 'ship', 'invoice'],
  },
  'the second parcel of an advanced sale': {
    type: 'Advanced',
    parcels: 2,
    writes: ['fulfilment', 'pick', 'pack', 'ship', 'invoice'],
  },
};
const SKUS = ['TRL-MUG-350', 'TRL-KNIFE-S'];

/** The label of the last parcel is bought after the fault of its write was set. */
async function play({ type, parcels }: Scenario, write: Write, fault: object): Promise<string> {
  const connection = { invoice: 'authorised', partialShipments: parcels === 2 ? 'convert' : 'wait' };
  system = await startVirtualSystem({ connection });
  const { number } = await system.dear.authoriseSale({
    type,
    location: system.location,
    carrier: 'UPS Ground',
    lines: SKUS.map((sku) => ({ sku, quantity: 1 })),
  });
  await system.advance(5 * MINUTE);
  const [order] = await system.bench.ordersFor(`${number}-1`);
  const parts = parcels === 2 ? await system.bench.split(order!.id, 1) : [order!.id];
  for (const part of parts.slice(0, -1)) await system.bench.ship(part);
  await system.advance(10 * MINUTE);
  await system.screen('dear', 'POST', 'faults', { ...fault, match: WRITES[write] });
  await system.bench.ship(parts.at(-1)!);
  // Two sweeps, six collections: what could write again has run.
  await system.advance(30 * MINUTE);
  return number;
}

const CASES = Object.entries(SCENARIOS).flatMap(([name, scenario]) =>
  scenario.writes.flatMap((write) =>
    Object.entries(FAULTS).map(([faultName, fault]) => ({ name, scenario, write, faultName, fault })),
  ),
);

describe('writes to DEAR', () => {
  itForSome(CASES, 9)(
    'of $name happen once if the write of the $write is $faultName',
    async ({ scenario, write, fault }) => {
      const number = await play(scenario, write, fault);
      const { fulfilments } = await system.dear.sale(number);
      expect(fulfilments.map(({ pick, pack, ship }) => [pick.status, pack.status, ship.status])).toEqual(
        Array.from({ length: scenario.parcels }, () => ['AUTHORISED', 'AUTHORISED', 'AUTHORISED']),
      );
      const { Invoices } = Object(await system.screen('dear', 'GET', `sales/${number}`)) as {
        Invoices: ReadonlyArray<{ Status: string; Lines: ReadonlyArray<{ SKU: string }> }>;
      };
      expect(Invoices.flatMap(({ Lines }) => Lines.map(({ SKU }) => SKU)).sort()).toEqual([...SKUS].sort());
      expect(Invoices).toHaveLength(scenario.parcels);
      const order = await system.orders.read(`${number}-1`);
      expect(order).toMatchObject({
        confirmation: { state: 'confirmed' },
        reason: 'Shipped, and confirmed to DEAR.',
      });
      expect(system.deadLetters()).toBe(0);
    },
  );
});

describe('a shipment that DEAR answers and ignores for good', () => {
  it('is not confirmed, and its reason says what to do', async () => {
    const number = await play(SCENARIOS['a simple sale']!, 'ship', { kind: 'ignored', times: 50 });
    expect(await system.orders.read(`${number}-1`)).toMatchObject({
      confirmation: { state: 'refused' },
      reason: expect.stringContaining('DEAR answered twice that it took its shipment, and does not show it'),
    });
  });
});

async function packed(number: string): Promise<string | undefined> {
  const [fulfilment] = (await system.dear.sale(number)).fulfilments;
  return fulfilment?.pack.status;
}

describe('a pack that staff took back while its goods were confirmed', () => {
  it('is replaced, so that the draft which DEAR keeps of it is not packed twice', async () => {
    system = await startVirtualSystem();
    const lines = SKUS.map((sku) => ({ sku, quantity: 1 }));
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      carrier: 'UPS Ground',
      lines,
    });
    await system.advance(5 * MINUTE);
    const fault = { kind: 'refuse-503', times: 3, match: WRITES.ship };
    await system.screen('dear', 'POST', 'faults', fault);
    for (const { id } of await system.bench.ordersFor(`${number}-1`)) await system.bench.ship(id);
    for (let waits = 0; (await packed(number)) !== 'AUTHORISED' && waits < 60; waits += 1)
      await system.advance(MINUTE / 6);
    await system.dear.click(number, 'undo');
    await system.dear.click(number, 'authorise');
    await system.advance(30 * MINUTE);
    const order = await system.orders.read(`${number}-1`);
    expect(order).toMatchObject({ confirmation: { state: 'confirmed' } });
    const { fulfilments } = await system.dear.sale(number);
    expect(fulfilments.map(({ pack }) => pack.lines.map(({ quantity }) => quantity))).toEqual([[1, 1]]);
  });
});

describe('an invoice whose terms have no due date', () => {
  it('is a draft with a remark if DEAR requires one', async () => {
    system = await startVirtualSystem({ connection: { invoice: 'authorised' } });
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      carrier: 'UPS Ground',
      lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
      terms: '50% COD & 50% N30',
    });
    await system.advance(5 * MINUTE);
    for (const { id } of await system.bench.ordersFor(`${number}-1`)) await system.bench.ship(id);
    await system.advance(10 * MINUTE);
    const order = await system.orders.read(`${number}-1`);
    expect(order?.confirmation.state).toBe('confirmed');
    const notes = order?.log.map(({ what }) => what).join(' ');
    expect(notes).toContain('the invoice is a draft. Set its due date and authorise it.');
    const sale = Object(await system.screen('dear', 'GET', `sales/${number}`));
    expect(sale.Invoices).toMatchObject([{ Status: 'DRAFT' }]);
  });
});
