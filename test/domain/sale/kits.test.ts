import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoiceFor } from '../../../lib/domain/confirmation/billing.ts';
import { packLines } from '../../../lib/domain/confirmation/packing.ts';
import type { Connection } from '../../../lib/domain/connection.ts';
import { toDecimal } from '../../../lib/domain/decimal.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { getKitsMade, type KitPart, NO_BOOKS } from '../../../lib/domain/sale/catalogue.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import { hasLooseGoods, pickedParts } from '../../../lib/domain/sale/kits.ts';
import type { Sale, StageLine } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, reported } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const KIT = line({ productId: 'kit', sku: 'KIT', quantity: 3, unitPrice: 50 });
const books = {
  ...NO_BOOKS,
  kits: new Map([
    [
      'kit',
      [
        { productId: 'cup', quantity: 2, quantityToProduce: 1 },
        { productId: 'pot', quantity: 1, quantityToProduce: 1 },
      ],
    ],
  ]),
};
const part = (sku: string, quantity: number) => stageLine({ productId: sku.toLowerCase(), sku, quantity });
const picked = (number: number, ...lines: StageLine[]) =>
  fulfilment({ taskId: `t${number}`, number, pick: { status: 'AUTHORISED', lines } });

function plan(from: Sale, kits: Connection['kits'] = 'components') {
  const connections = [connection({ trigger: 'PickAuthorised', kits, invoice: 'authorised' })];
  const { changes } = planSale({ sale: from, connections, orders: [], books, by: 'test', now: NOW });
  return changes.map(({ order, content }) => ({ order, content: content! }));
}

type Made = ReturnType<typeof plan>[number];
const bill = ({ order, content }: Made) =>
  invoiceFor({
    parts: [{ order, content, packages: order.packages }],
    invoice: 'authorised',
    saleType: 'advanced',
    taskId: 't',
    fulfilmentNumber: 1,
    now: NOW,
  }).lines.map(({ sku, quantity, total }) => [sku, quantity, total]);

/** The order with a parcel of so many of each SKU. */
function ship({ order, content }: Made, goods: Record<string, number>): Made {
  const contents = Object.entries(goods).map(([sku, quantity]) => ({
    key: '',
    sku,
    quantity,
    batch: '',
    expiry: '',
  }));
  const parcel = reported(order.reference, { id: `label:${order.packages.length}`, contents });
  return { order: recordShipments(order, [parcel], NOW), content };
}

/** Of a sale of nine kits: how many are made of so much of their one part, and how much is left. */
function getKits(there: number, cord: KitPart) {
  const goods = [{ stageLine: part('CORD', there), quantity: there }];
  const from = sale({ lines: [{ ...KIT, quantity: 9 }] });
  const made = pickedParts(from, new Map([['d', goods]]), new Map([['kit', [cord]]])).get('d');
  return {
    kits: made?.kits.map(({ quantity }) => quantity),
    loose: made?.loose.map(({ quantity }) => quantity),
  };
}

describe('picked goods that are on no line of the order', () => {
  it('are combined to whole kits over fulfilments, and each kit is billed once', () => {
    const fulfilments = [
      picked(1, part('CUP', 2), part('POT', 1)),
      picked(2, part('CUP', 4), part('POT', 2)),
    ];
    const made = plan(sale({ type: 'advanced', lines: [KIT], fulfilments }));
    expect(made.map(({ content }) => content.total)).toEqual([50, 100]);
    expect(bill(ship(made[0]!, { CUP: 2, POT: 1 }))).toEqual([['KIT', 1, 50]]);
    expect(bill(ship(made[1]!, { CUP: 4, POT: 2 }))).toEqual([['KIT', 2, 100]]);
  });

  it.each([
    [3, 0.1, 1, 0.3],
    [7, 0.1, 1, 0.7],
    [3, 0.35, 1, 1.05],
    [2, 1.5, 1, 3],
    [3, 2, 3, 2],
    [1, 2, 3, 0.6667],
    [2, 2, 3, 1.3333],
    [2, 2, 3, 1.3334],
    [3, 2, 3, 1.9998],
    [7, 1, 7, 1],
  ])('make %d whole kits where %d of a part make %d and %d were picked', (count, each, produced, there) => {
    const cord = { productId: 'cord', quantity: each, quantityToProduce: produced };
    expect(getKits(there, cord)).toEqual({ kits: [count], loose: [] });
  });

  it('make as many whole kits as they were picked for, and none of too little', () => {
    const quantity = fc.integer({ min: 1, max: 200_000 }).map((units) => units / 1000);
    const kits = fc.integer({ min: 1, max: 9 });
    const rounding = fc.constantFrom(Math.floor, Math.round, Math.ceil);
    fc.assert(
      fc.property(
        quantity,
        fc.integer({ min: 1, max: 60 }),
        kits,
        rounding,
        (each, produced, count, round) => {
          const cord = { productId: 'cord', quantity: each, quantityToProduce: produced };
          // A share of less than a hundred of DEAR's units says nothing, once it is rounded.
          fc.pre(each / produced >= 0.01);
          const units = (of: number) => new Big(of).times(each).div(produced).times(10_000);
          const together = round(units(count).round(6).toNumber()) / 10_000;
          const eachAlone = toDecimal((count * round(units(1).round(6).toNumber())) / 10_000);
          expect(getKits(together, cord)).toEqual({ kits: [count], loose: [] });
          expect(getKits(eachAlone, cord)).toEqual({ kits: [count], loose: [] });
          const less = toDecimal(units(count).times(0.99).div(10_000).toNumber() - 0.001);
          expect(getKits(less, cord).kits?.every((made) => made < count)).toBe(true);
        },
      ),
    );
  });

  it('make no kit where none of a part was picked, however little a kit needs of it', () => {
    expect(getKitsMade(0, { productId: 'cord', quantity: 0.0001, quantityToProduce: 3 })).toBe(0);
  });

  it('are billed as the kit only once all of them have left', () => {
    const [made] = plan(sale({ lines: [KIT], fulfilments: [picked(1, part('CUP', 6), part('POT', 3))] }));
    const half = ship(made!, { CUP: 6 });
    expect(bill(half)).toEqual([]);
    expect(bill(ship(half, { POT: 3 }))).toEqual([['KIT', 3, 150]]);
  });

  it('are packed in DEAR in proportion to the kits in the parcel', () => {
    const from = sale({ lines: [KIT], fulfilments: [picked(1, part('CUP', 6), part('POT', 3))] });
    const [made] = plan(from, 'kit');
    expect(made?.order.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([['KIT', 3]]);
    const { order } = ship(made!, { KIT: 2 });
    const packed = packLines([{ order, packages: order.packages, connection: connection() }], new Map());
    expect(packed.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['CUP', 4],
      ['POT', 2],
    ]);
  });

  it('are kept apart from the same product on a line of its own', () => {
    const cups = line({ productId: 'cup', sku: 'CUP', quantity: 1, unitPrice: 9 });
    const fulfilments = [picked(1, part('CUP', 7), part('POT', 3))];
    const [made] = plan(sale({ lines: [cups, KIT], fulfilments }));
    expect(made?.content.total).toBe(159);
    expect(bill(ship(made!, { CUP: 7, POT: 3 }))).toEqual([
      ['CUP', 1, 9],
      ['KIT', 3, 150],
    ]);
  });

  it('are named with the kits that they were picked for, each SKU once', () => {
    const lots = [part('CUP', 4), { ...part('CUP', 2), batch: 'L2' }, part('POT', 3)];
    const from = sale({ lines: [KIT], fulfilments: [picked(1, ...lots)] });
    const said = (kits: Connection['kits']) => plan(from, kits)[0]?.order.log[0]?.what;
    expect(said('components')).toContain(
      'CUP, POT are shipped as DEAR has picked them for 3 × KIT, and billed as that.',
    );
    expect(said('components')).not.toContain('on no line');
    expect(said('kit')).toContain('3 × KIT is ordered as the kit, for which DEAR has picked CUP, POT.');
    const single = {
      ...books,
      kits: new Map([['kit', [{ productId: 'cup', quantity: 2, quantityToProduce: 1 }]]]),
    };
    const cups = sale({ lines: [KIT], fulfilments: [picked(1, part('CUP', 6))] });
    const [demand] = findDemands(cups, [connection({ trigger: 'PickAuthorised' })], [], single).demands;
    expect(demand?.remarks).toContain(
      'CUP is shipped as DEAR has picked it for 3 × KIT, and billed as that.',
    );
  });

  it('that belong to no kit become lines after those of the sale, each of its own', () => {
    const fulfilments = [picked(1, part('LID', 1), part('BAG', 2))];
    const [made] = plan(sale({ lines: [KIT, line()], fulfilments }));
    expect(made?.order.lines.map(({ key, sku }) => [key, sku])).toEqual([
      ['line-3', 'LID'],
      ['line-4', 'BAG'],
    ]);
    expect(
      made?.content.lines.map(({ unitPrice, taxRule, comment }) => [unitPrice, taxRule, comment]),
    ).toEqual([
      [0, '', ''],
      [0, '', ''],
    ]);
  });

  it('are each on the order once where some belong to a kit and some do not, none with the quantity 0', () => {
    const lines = [part('LID', 1), part('CUP', 6), part('POT', 3)];
    const [made] = plan(sale({ lines: [KIT], fulfilments: [picked(1, ...lines)] }));
    expect(made?.order.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['CUP', 6],
      ['POT', 3],
      ['LID', 1],
    ]);
  });

  it('are used up by the first kit that needs them', () => {
    const other = { ...KIT, productId: 'set', sku: 'SET', quantity: 2 };
    const kits = new Map([
      ...books.kits,
      ['set', [{ productId: 'pot', quantity: 1, quantityToProduce: 1 }]] as const,
    ]);
    const goods = [part('CUP', 4), part('POT', 3)].map((stageLine) => ({
      stageLine,
      quantity: stageLine.quantity,
    }));
    const made = pickedParts(sale({ lines: [KIT, other] }), new Map([['d', goods]]), kits).get('d');
    expect(made?.kits.map(({ line: { sku }, quantity }) => [sku, quantity])).toEqual([
      ['KIT', 2],
      ['SET', 1],
    ]);
    expect(made?.kits.map(({ parts }) => parts.map(({ quantity }) => quantity))).toEqual([[4, 2], [1]]);
    expect(made?.loose).toEqual([]);
  });

  it.each<[string, boolean, Partial<Sale>]>([
    ['all of it is on lines of the order', false, { fulfilments: [picked(1, part('KIT', 3))] }],
    ['more is picked than a line asks for', true, { fulfilments: [picked(1, part('KIT', 4))] }],
    [
      'two picks have more together',
      true,
      { fulfilments: [picked(1, part('KIT', 2)), picked(2, part('KIT', 2))] },
    ],
    ['one of two products is on no line', true, { fulfilments: [picked(1, part('KIT', 3), part('CUP', 1))] }],
    ['a product is on no line', true, { fulfilments: [picked(1, part('CUP', 1))] }],
    [
      'a line is known by its SKU alone',
      false,
      { fulfilments: [picked(1, { ...part('KIT', 3), productId: 'other' })] },
    ],
    [
      'goods are only packed, more than the line asks for',
      true,
      { fulfilments: [fulfilment({ pack: { status: 'DRAFT', lines: [part('KIT', 4)] } })] },
    ],
    [
      'goods are picked and packed',
      false,
      {
        fulfilments: [
          { ...picked(1, part('KIT', 3)), pack: { status: 'AUTHORISED', lines: [part('KIT', 3)] } },
        ],
      },
    ],
    [
      'products without an id are told apart by SKU',
      false,
      {
        lines: [
          { ...KIT, productId: '' },
          { ...KIT, productId: '', sku: 'BOX' },
        ],
        fulfilments: [picked(1, { ...part('KIT', 3), productId: '' }, { ...part('BOX', 3), productId: '' })],
      },
    ],
  ])('have the kits read where %s: %j', (_, isLoose, from) => {
    expect(hasLooseGoods(sale({ lines: [KIT], ...from }))).toBe(isLoose);
  });

  it('are shipped and reported as not billed if no kit explains them', () => {
    const [made] = plan(sale({ lines: [KIT], fulfilments: [picked(1, part('CUP', 1), part('LID', 2))] }));
    expect(made?.order.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['CUP', 1],
      ['LID', 2],
    ]);
    expect(made?.order.log[0]?.what).toContain(
      'LID is on no line of the order: it is shipped as DEAR has picked it, and not billed.',
    );
    expect(bill(ship(made!, { CUP: 1, LID: 2 }))).toEqual([]);
  });
});
