import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const MUG = 'TRL-MUG-350';

let system: VirtualSystem;
afterEach(() => system.stop());

async function start(connection: object): Promise<void> {
  system = await startVirtualSystem({ connection: { invoice: 'authorised', ...connection } });
}

/** Everything that waits at ShipStation is packed, leaves and is confirmed. */
async function ship(reference: string): Promise<void> {
  await system.advance(2 * MINUTE);
  for (const { id } of await system.bench.ordersFor(reference)) await system.bench.ship(id);
  await system.advance(12 * MINUTE);
}

interface Billed {
  readonly SKU: string;
  readonly Quantity: number;
  readonly Total: number;
  readonly Tax: number;
}

/** What all invoices of the sale bill: its lines, and the sum of lines and charges with their taxes. */
async function billed(number: string): Promise<{ lines: [string, number, number][]; total: number }> {
  const answer = Object(await system.screen('dear', 'GET', `sales/${number}`));
  const { Invoices } = answer as { Invoices: { Lines: Billed[]; AdditionalCharges: Billed[] }[] };
  const lines = Invoices.flatMap(({ Lines }) => Lines);
  const all = [...lines, ...Invoices.flatMap(({ AdditionalCharges }) => AdditionalCharges)];
  const sum = all.reduce((total, { Total, Tax }) => total + Total + Tax, 0);
  return {
    lines: lines.map(({ SKU, Quantity, Total }) => [SKU, Quantity, Total]),
    total: Math.round(sum * 100) / 100,
  };
}

const paidAndFree = [
  { sku: MUG, quantity: 2, price: 30 },
  { sku: MUG, quantity: 1, price: 0 },
];

describe('a product on two lines of a sale, 2 × 30.00 and 1 × free', () => {
  it.each(['OrderAuthorised', 'PickAuthorised', 'PackAuthorised'])(
    'is ordered, confirmed and billed for 64.80 if the trigger is %s',
    async (trigger) => {
      await start({ trigger });
      const { number } = await system.dear.authoriseSale({ location: system.location, lines: paidAndFree });
      if (trigger !== 'OrderAuthorised') await system.dear.click(number, 'pick');
      if (trigger === 'PackAuthorised') await system.dear.click(number, 'pack');
      await ship(`${number}-1`);
      expect(await system.orders.read(`${number}-1`)).toMatchObject({ confirmation: { state: 'confirmed' } });
      expect(await billed(number)).toEqual({
        lines: [
          [MUG, 2, 60],
          [MUG, 1, 0],
        ],
        total: 64.8,
      });
    },
  );

  it('is billed once over two fulfilments, the second with the remaining lines', async () => {
    await start({ trigger: 'PickAuthorised' });
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      type: 'Advanced',
      lines: paidAndFree,
    });
    const { id } = await system.dear.sale(number);
    await system.client.createFulfilment(id);
    await system.dear.click(number, 'pick', { lines: [{ sku: MUG, quantity: 1 }] });
    await ship(`${number}-1`);
    await system.client.createFulfilment(id);
    await system.dear.click(number, 'pick', { lines: [{ sku: MUG, quantity: 2 }] });
    await ship(`${number}-2`);
    expect(await billed(number)).toEqual({
      lines: [
        [MUG, 1, 30],
        [MUG, 1, 30],
        [MUG, 1, 0],
      ],
      total: 64.8,
    });
    const first = await system.orders.read(`${number}-1`);
    expect(first?.log[0]?.what).toContain(`${MUG} is on 2 lines of the sale that differ`);
  });
});

describe('services of a sale', () => {
  const WRAP = 'GIFT-WRAP';
  const DISCOUNT = 'ORDER-DISCOUNT';

  async function stock(): Promise<void> {
    await system.screen('dear', 'POST', 'products', { sku: WRAP, type: 'Service', price: 4 });
    await system.screen('dear', 'POST', 'products', { sku: DISCOUNT, type: 'Service', price: 0 });
    await system.screen('dear', 'POST', 'products', { sku: 'PAINT-1L', type: 'Non Inventory', price: 10 });
  }

  it.each(['OrderAuthorised', 'PickAuthorised', 'PackAuthorised'])(
    'are recognised by their type and billed once, and goods without stock in DEAR are shipped, by %s',
    async (trigger) => {
      await start({ trigger });
      await stock();
      const { number } = await system.dear.authoriseSale({
        location: system.location,
        lines: [
          { sku: MUG, quantity: 1, price: 20 },
          { sku: 'PAINT-1L', quantity: 1 },
          { sku: WRAP, quantity: 1 },
          { sku: DISCOUNT, quantity: 1, price: -5 },
        ],
        charges: [{ description: 'Freight', price: 9 }],
      });
      if (trigger !== 'OrderAuthorised') await system.dear.click(number, 'pick');
      if (trigger === 'PackAuthorised') await system.dear.click(number, 'pack');
      await ship(`${number}-1`);
      const order = await system.orders.read(`${number}-1`);
      expect(order?.lines.map(({ sku }) => sku)).toEqual([MUG, 'PAINT-1L']);
      expect(order?.confirmation.state).toBe('confirmed');
      expect(await billed(number)).toEqual({
        lines: [
          [MUG, 1, 20],
          ['PAINT-1L', 1, 10],
          [WRAP, 1, 4],
          [DISCOUNT, 1, -5],
        ],
        total: 41.04,
      });
      await system.dear.authoriseSale({ location: system.location, lines: [{ sku: WRAP, quantity: 1 }] });
      await system.advance(2 * MINUTE);
      const reads = system.dearCalls().filter(({ operation }) => operation === 'GET product');
      expect(reads).toHaveLength(4);
    },
  );
});

describe('a kit that DEAR has picked as its components', () => {
  const KNIFE = 'TRL-KNIFE-S';

  /** 3 kits of 2 mugs and a knife at 50.00, and a mug of its own at 14.50. */
  async function authorise(): Promise<string> {
    const components = [
      { sku: MUG, quantity: 2 },
      { sku: KNIFE, quantity: 1 },
    ];
    await system.screen('dear', 'POST', 'products', { sku: 'KIT-CAMP', price: 50, components });
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      lines: [
        { sku: 'KIT-CAMP', quantity: 3 },
        { sku: MUG, quantity: 1, price: 14.5 },
      ],
    });
    const lines = [
      { sku: MUG, quantity: 7 },
      { sku: KNIFE, quantity: 3 },
    ];
    await system.dear.click(number, 'pick', { lines });
    await ship(`${number}-1`);
    return number;
  }

  it.each([
    [
      'components',
      [
        [MUG, 1],
        [MUG, 6],
        [KNIFE, 3],
      ],
      `${MUG}, ${KNIFE} are shipped as DEAR has picked them for 3 × KIT-CAMP, and billed as that.`,
    ],
    [
      'kit',
      [
        [MUG, 1],
        ['KIT-CAMP', 3],
      ],
      `3 × KIT-CAMP is ordered as the kit, for which DEAR has picked ${MUG}, ${KNIFE}.`,
    ],
  ])(
    'is ordered as kits: %s, packed in DEAR as it was picked, and billed as the kit',
    async (kits, lines, remark) => {
      await start({ trigger: 'PickAuthorised', kits });
      const number = await authorise();
      const order = await system.orders.read(`${number}-1`);
      expect(order?.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual(lines);
      expect(order?.log[0]?.what).toContain(remark);
      expect(order?.confirmation.state).toBe('confirmed');
      const [fulfilment] = (await system.dear.sale(number)).fulfilments;
      expect(fulfilment?.ship.status).toBe('AUTHORISED');
      const packed = fulfilment?.pack.lines.map(({ sku, quantity }) => [sku, quantity]);
      expect(packed?.sort()).toEqual([
        [KNIFE, 3],
        [MUG, 7],
      ]);
      expect((await billed(number)).total).toBe(177.66);
    },
  );

  it('is billed whole if the bill of materials makes 3 kits of 2 parts, and DEAR picked 1.3333 for 2', async () => {
    await start({ trigger: 'PickAuthorised', kits: 'kit' });
    const components = [{ sku: MUG, quantity: 2 }];
    const product = { sku: 'KIT-CAMP', price: 50, components, quantityToProduce: 3 };
    await system.screen('dear', 'POST', 'products', product);
    const lines = [{ sku: 'KIT-CAMP', quantity: 2 }];
    const { number } = await system.dear.authoriseSale({ location: system.location, lines });
    await system.dear.click(number, 'pick', { lines: [{ sku: MUG, quantity: 1.3333 }] });
    await ship(`${number}-1`);
    const order = await system.orders.read(`${number}-1`);
    expect(order?.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([['KIT-CAMP', 2]]);
    expect(order?.confirmation.state).toBe('confirmed');
    expect((await billed(number)).lines).toEqual([['KIT-CAMP', 2, 100]]);
  });
});
