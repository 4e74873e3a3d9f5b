import { describe, expect, it } from 'vitest';
import { listNotLeft, taskFor } from '../../../lib/domain/confirmation/own-fulfilment.ts';
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
});
