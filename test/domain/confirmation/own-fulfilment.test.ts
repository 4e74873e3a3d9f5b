import { describe, expect, it } from 'vitest';
import {
  listLacking,
  listNotLeft,
  packagesBegun,
  taskFor,
} from '../../../lib/domain/confirmation/own-fulfilment.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { Sale, SaleFulfilment, StageLine } from '../../../lib/domain/sale/sale.ts';
import { acceptedOrder, box } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const contents = [{ key: 'line-1', quantity: 2, batch: '', expiry: '' }];
const parcel = box({ contents });
const ordered = (quantity: number): Sale => sale({ type: 'advanced', lines: [line({ quantity })] });
const order: FulfillmentOrder = acceptedOrder(ordered(2), { taskId: '', packages: [parcel] });

function getTask(
  fulfilments: readonly SaleFulfilment[],
  { own = order, from = ordered(2), others = [] as readonly FulfillmentOrder[] } = {},
): string {
  const packages = own.packages.filter(({ id }) => !own.confirmation.packages.includes(id));
  const consignment = { order: own, packages, connection: { carriers: {}, warehouses: {} } };
  return taskFor({ ...from, fulfilments }, consignment, others);
}

const open = fulfilment({ taskId: 'open', pick: { status: 'DRAFT', lines: [] } });
const picked = fulfilment({ taskId: 'picked', pick: { status: 'AUTHORISED', lines: [stageLine()] } });
const shipLine = { boxes: ['Crate'], carrier: 'UPS', isShipped: true, shippedAt: '' };
const shippedUnder = (number: string) =>
  fulfilment({
    ...picked,
    taskId: 'by-hand',
    ship: { status: 'AUTHORISED', lines: [{ ...shipLine, trackingNumbers: [number] }] },
  });
const packedAs = (name: string) =>
  fulfilment({
    ...picked,
    taskId: 'packed',
    pack: { status: 'AUTHORISED', lines: [stageLine({ box: name })] },
  });

describe('taskFor', () => {
  it.each<[string, string, readonly SaleFulfilment[], Partial<FulfillmentOrder>]>([
    ['the open one', 'open', [open], {}],
    ['none where none is open', '', [shippedUnder('1Z9')], {}],
    ['the one that was made for the order', 'mine', [open], { taskId: 'mine' }],
    [
      'the one that a person shipped under its number',
      'by-hand',
      [open, shippedUnder('1Z0001')],
      { taskId: 'open' },
    ],
    ['the one whose pack names its box', 'packed', [open, packedAs('SO-00042-1 box 1')], { taskId: 'open' }],
    ['the one that holds exactly its goods, with nothing left for another', 'picked', [picked, open], {}],
  ])('returns %s', (_, expected, fulfilments, change) => {
    expect(getTask(fulfilments, { own: { ...order, ...change } })).toBe(expected);
  });

  it('returns the task of a simple sale of which DEAR lists no fulfilment, which keeps it simple', () => {
    const simple = sale({ lines: [line({ quantity: 2 })] });
    expect(getTask([], { from: simple })).toBe(simple.id);
  });

  it('returns the one that a person shipped with exactly its goods and without a number', () => {
    const shipped = { ...shippedUnder(''), pick: picked.pick };
    const lines = shipped.ship.lines.map((one) => ({ ...one, trackingNumbers: [] }));
    expect(getTask([{ ...shipped, ship: { ...shipped.ship, lines } }, open])).toBe('by-hand');
  });

  it('returns for a label without goods the one of the parcels before it', () => {
    const confirmation = { ...order.confirmation, packages: ['label:1'], taskId: 'picked' };
    const label = box({ id: 'label:2', trackingNumbers: ['1Z0002'] });
    const own = { ...order, packages: [parcel, label], confirmation };
    expect(getTask([picked, open], { own })).toBe('picked');
  });

  it('skips a fulfilment that a person picked for other goods of the same quantity', () => {
    expect(getTask([picked], { from: ordered(4) })).toBe('');
    expect(getTask([picked, open], { from: ordered(4) })).toBe('open');
  });

  it('skips the fulfilment of another order', () => {
    const confirmation = { ...order.confirmation, attempt: 1 };
    const other = { ...order, reference: 'SO-00042-2', taskId: 'picked', confirmation };
    expect(getTask([picked], { others: [other] })).toBe('');
    expect(getTask([open], { others: [{ ...other, taskId: 'open' }] })).toBe('');
  });

  it('takes the fulfilment that another order was only planned into', () => {
    const planned = { ...order, reference: 'SO-00042-2', taskId: 'open' };
    expect(getTask([open], { others: [planned] })).toBe('open');
  });

  it('skips a fulfilment that a person shipped under a number of another parcel', () => {
    const byHand = { ...shippedUnder('1Z9'), pick: picked.pick };
    expect(getTask([byHand, open])).toBe('open');
  });

  it('counts only authorised picks as goods that the sale has no longer to give', () => {
    const drafted = fulfilment({ taskId: 'drafted', pick: { status: 'DRAFT', lines: [stageLine()] } });
    expect(getTask([picked, drafted], { from: ordered(4) })).toBe('drafted');
  });

  it('skips a fulfilment that was picked for other products in the same quantity', () => {
    const other = fulfilment({
      taskId: 'other',
      pick: {
        status: 'AUTHORISED',
        lines: [stageLine({ productId: 'b0000000-0000-4000-8000-000000000009' })],
      },
    });
    expect(getTask([other, open])).toBe('open');
  });

  it.each([
    ['more of it', [stageLine({ quantity: 3 })]],
    ['less of it', [stageLine({ quantity: 1 })]],
    ['another product as well', [stageLine(), stageLine({ productId: 'other' })]],
  ])('skips a fulfilment that was picked for %s', (_, lines) => {
    const other = fulfilment({ taskId: 'other', pick: { status: 'AUTHORISED', lines } });
    expect(getTask([other, open])).toBe('open');
  });

  describe('of an order of two products', () => {
    const wax = { productId: 'wax', sku: 'WAX-02' };
    const from = (quills: number) =>
      sale({ type: 'advanced', lines: [line({ quantity: quills }), line({ ...wax, quantity: 3 })] });
    const both = box({ contents: [...contents, { key: 'line-2', quantity: 3, batch: '', expiry: '' }] });
    const own = acceptedOrder(from(2), { taskId: '', packages: [both] });
    const pickedWith = (quantity: number) =>
      fulfilment({
        taskId: 'picked',
        pick: { status: 'AUTHORISED', lines: [stageLine(), stageLine({ ...wax, quantity })] },
      });

    it('returns the pick that holds both, although the sale has more of one left', () => {
      expect(getTask([pickedWith(3), open], { own, from: from(4) })).toBe('picked');
    });

    it('skips a pick that holds less of one', () => {
      expect(getTask([pickedWith(1), open], { own, from: from(2) })).toBe('open');
    });
  });

  it('returns for a label without goods, before any parcel, the task of a simple sale', () => {
    const simple = sale({ lines: [line({ quantity: 2 })] });
    const own = { ...order, packages: [box({ contents: [] })] };
    expect(getTask([], { own, from: simple })).toBe(simple.id);
  });

  it('skips the fulfilment of an earlier parcel with the same tracking number', () => {
    const earlier = box({ id: 'label:0', contents });
    const confirmation = { ...order.confirmation, packages: ['label:0'], taskId: 'later' };
    const own = { ...order, packages: [earlier, parcel], confirmation };
    const told = { ...shippedUnder('1Z0001'), pack: packedAs('SO-00042-1 box 1').pack };
    expect(getTask([told], { own, from: ordered(4) })).toBe('');
  });
});

describe('listNotLeft', () => {
  const packed = (...lines: ReadonlyArray<Partial<StageLine>>) =>
    fulfilment({ taskId: 'task', pack: { status: 'AUTHORISED', lines: lines.map(stageLine) } });
  const list = (made: SaleFulfilment, { own = order, others = [] as readonly FulfillmentOrder[] } = {}) => {
    const packages = own.packages.filter(({ id }) => !own.confirmation.packages.includes(id));
    return listNotLeft(
      made,
      [{ order: own, packages, connection: { carriers: {}, warehouses: {} } }],
      others,
    );
  };
  const elsewhere = box({ id: 'label:0', contents, shownIn: { taskId: 'earlier', box: 'B1' } });
  const other = { ...order, reference: 'SO-00042-2', taskId: 'task' };
  const closed = { rest: 'drop' as const, lines: [{ ...order.lines[0]!, quantity: 1 }] };
  const half = box({ contents: [{ ...contents[0]!, quantity: 1 }] });

  it.each<
    [string, SaleFulfilment, { own?: FulfillmentOrder; others?: readonly FulfillmentOrder[] }, string[]]
  >([
    ['as much as left', packed({ quantity: 2 }), {}, []],
    ['more than left', packed({ quantity: 4 }), {}, ['2 × QUILL-01']],
    [
      'more than left over two boxes',
      packed({ quantity: 2 }, { quantity: 1, box: 'B2' }),
      {},
      ['1 × QUILL-01'],
    ],
    [
      'more in a bin of the location',
      packed({ quantity: 4, location: `${order.location}: A-1` }),
      {},
      ['2 × QUILL-01'],
    ],
    [
      'more at a location that another connector ships from',
      packed({ quantity: 2 }, { quantity: 2, location: 'Harbour' }),
      {},
      [],
    ],
    ['another product', packed({ quantity: 2 }, { productId: 'other', quantity: 1 }), {}, []],
    [
      'more, in a pack that is not authorised',
      { ...packed({ quantity: 4 }), pack: { status: 'DRAFT', lines: [stageLine({ quantity: 4 })] } },
      {},
      [],
    ],
    ['what left with two orders', packed({ quantity: 4 }), { others: [other] }, []],
    [
      'what has to leave yet with another order',
      packed({ quantity: 4 }),
      { others: [{ ...other, packages: [] }] },
      [],
    ],
    [
      'what an order of another fulfilment shipped',
      packed({ quantity: 4 }),
      { others: [{ ...other, taskId: 'elsewhere' }] },
      ['2 × QUILL-01'],
    ],
    [
      'what left with an earlier parcel, in another fulfilment',
      packed({ quantity: 4 }),
      { own: { ...order, packages: [elsewhere, parcel] } },
      ['2 × QUILL-01'],
    ],
    [
      'more of two products',
      packed({ quantity: 3 }, { productId: 'wax', sku: 'WAX-02', quantity: 1 }),
      {
        own: {
          ...order,
          lines: [...order.lines, { ...order.lines[0]!, key: 'line-2', productId: 'wax', quantity: 0 }],
        },
      },
      ['1 × QUILL-01', '1 × WAX-02'],
    ],
    [
      'more, beside an order that was withdrawn before anything left',
      packed({ quantity: 3 }),
      { others: [{ ...other, packages: [], status: 'Cancelled', withdrawn: true }] },
      ['1 × QUILL-01'],
    ],
    [
      'more, where the order is one of all that are asked',
      packed({ quantity: 4 }),
      { others: [order] },
      ['2 × QUILL-01'],
    ],
    ['what has to leave yet', packed({ quantity: 2 }), { own: { ...order, packages: [half] } }, []],
    [
      'what was closed short',
      packed({ quantity: 2 }),
      { own: { ...order, packages: [half], closedShort: closed } },
      ['1 × QUILL-01'],
    ],
  ])('of a pack that holds %s', (_, made, given, expected) => {
    expect(list(made, given)).toEqual(expected);
  });

  it('counts what was packed at a location that a warehouse of the service is mapped to', () => {
    const made = packed({ quantity: 2 }, { quantity: 1, location: 'Harbour' });
    const connection = { carriers: {}, warehouses: { W2: 'Harbour' } };
    expect(listNotLeft(made, [{ order, packages: order.packages, connection }], [])).toEqual([
      '1 × QUILL-01',
    ]);
  });

  it('compares the parts of a kit, as DEAR picks them', () => {
    const parts = [{ productId: 'cup', sku: 'CUP', name: '', quantity: 4, batch: '', expiry: '' }];
    const own = { ...order, lines: [{ ...order.lines[0]!, parts }] };
    expect(list(packed({ productId: 'cup', sku: 'CUP', quantity: 4 }), { own })).toEqual([]);
    expect(list(packed({ productId: 'cup', sku: 'CUP', quantity: 5 }), { own })).toEqual(['1 × CUP']);
  });
});

describe('packagesBegun', () => {
  const second = box({ id: 'label:2', trackingNumbers: ['1Z0002'], contents });
  const both = { ...order, packages: [parcel, second] };
  const ids = (made: Partial<SaleFulfilment>) => {
    const consignment = {
      order: both,
      packages: both.packages,
      connection: { carriers: {}, warehouses: {} },
    };
    return packagesBegun(fulfilment({ taskId: 'begun', ...made }), consignment).map(({ id }) => id);
  };
  const pick = (quantity: number) => ({ status: 'AUTHORISED', lines: [stageLine({ quantity })] });
  const pack = (...boxes: readonly string[]) => ({
    status: 'AUTHORISED',
    lines: boxes.map((name) => stageLine({ box: name })),
  });

  it.each<[string, Partial<SaleFulfilment>, string[]]>([
    ['all where nothing was written', {}, ['label:1', 'label:2']],
    ['the first one where only its goods were picked', { pick: pick(2) }, ['label:1']],
    ['both where the goods of both were picked', { pick: pick(4) }, ['label:1', 'label:2']],
    ['all where a person picked other goods', { pick: pick(3) }, ['label:1', 'label:2']],
    [
      'all where a person picked another product as well',
      { pick: { status: 'AUTHORISED', lines: [stageLine(), stageLine({ productId: 'wax' })] } },
      ['label:1', 'label:2'],
    ],
    ['all where a pick is only a draft', { pick: { ...pick(2), status: 'DRAFT' } }, ['label:1', 'label:2']],
    ['the one whose box was packed', { pick: pick(2), pack: pack('SO-00042-1 box 2') }, ['label:2']],
    [
      'all where a person packed in boxes of their own',
      { pick: pick(2), pack: pack('Crate 7') },
      ['label:1', 'label:2'],
    ],
  ])('returns %s', (_, made, expected) => {
    expect(ids(made)).toEqual(expected);
  });
});

describe('listLacking', () => {
  const packed = (quantity: number) =>
    fulfilment({ taskId: 'task', pack: { status: 'AUTHORISED', lines: [stageLine({ quantity })] } });
  const other = {
    ...order,
    reference: 'SO-00042-2',
    packages: [box({ id: 'label:9', contents, shownIn: { taskId: 'task', box: 'B9' } })],
  };
  const elsewhere = {
    ...other,
    packages: [box({ id: 'label:9', contents, shownIn: { taskId: 'other', box: 'B9' } })],
  };

  it.each<[string, number, readonly FulfillmentOrder[], string[]]>([
    ['what left', 2, [], []],
    ['half of what left', 1, [], ['1 × QUILL-01']],
    ['what left, where the order is one of all that are asked', 2, [order], []],
    ['what left with two orders', 4, [order, other], []],
    ['less than left with two orders', 3, [order, other], ['1 × QUILL-01']],
    ['what left, beside an order of another fulfilment', 2, [order, elsewhere], []],
  ])('of a pack that holds %s', (_, quantity, others, expected) => {
    const made = packed(quantity);
    const from = { ...ordered(10), fulfilments: [made] };
    const consignment = { order, packages: order.packages, connection: { carriers: {}, warehouses: {} } };
    expect(listLacking(made, from, [consignment], others)).toEqual(expected);
  });

  it('counts a parcel once that DEAR shows already', () => {
    const shown = { ...order, packages: [{ ...parcel, shownIn: { taskId: 'task', box: 'B1' } }] };
    const connection = { carriers: {}, warehouses: {} };
    const from = { ...ordered(10), fulfilments: [packed(2)] };
    const consignment = { order: shown, packages: shown.packages, connection };
    expect(listLacking(packed(2), from, [consignment], [shown])).toEqual([]);
  });

  it('lacks nothing of which all that the sale asks for is packed elsewhere', () => {
    const all = fulfilment({
      taskId: 'elsewhere',
      pack: { status: 'AUTHORISED', lines: [stageLine({ quantity: 2 })] },
    });
    const made = fulfilment({ taskId: 'task', pack: { status: 'AUTHORISED', lines: [] } });
    const connection = { carriers: {}, warehouses: {} };
    const lacking = (...fulfilments: SaleFulfilment[]) =>
      listLacking(
        made,
        { ...ordered(2), fulfilments },
        [{ order, packages: order.packages, connection }],
        [],
      );
    expect(lacking(all, made)).toEqual([]);
    expect(lacking(made)).toEqual(['2 × QUILL-01']);
  });
});
