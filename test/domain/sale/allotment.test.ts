import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { allot, keep } from '../../../lib/domain/sale/allotment.ts';
import type { DemandedLine, Goods } from '../../../lib/domain/sale/deliverable-lines.ts';
import { acceptedOrder, box, queuedOrder } from '../../builders/order.ts';
import { line } from '../../builders/sale.ts';

/** `1 PEN 5/3`: the line in the first place asks for 5 pens, 3 of which are there. */
function goods(...texts: string[]): Goods[] {
  return texts.map((text) => {
    const [place = '', sku = '', quantities = ''] = text.split(' ');
    const [quantity = 0, available = quantity] = quantities.split('/').map(Number);
    return {
      line: line({ productId: sku.toLowerCase(), sku, quantity }),
      place: Number(place),
      quantity,
      available,
    };
  });
}

/** Lines as `1 PEN 3`. */
function lines(...texts: string[]): FulfillmentOrder['lines'] {
  return texts.map((text) => {
    const [place, sku = '', quantity] = text.split(' ');
    return { key: `line-${place}`, productId: sku.toLowerCase(), sku, name: '', quantity: Number(quantity) };
  });
}

const waitingFor = (sku: string, quantity: number) => [{ productId: sku.toLowerCase(), sku, quantity }];
const sent = (reference: string, ...texts: string[]) =>
  acceptedOrder(undefined, { reference, lines: lines(...texts) });
const unsent = (reference: string, ...texts: string[]) =>
  queuedOrder(undefined, { reference, lines: lines(...texts) });
const left = (reference: string, ...texts: string[]) => ({
  ...sent(reference, ...texts),
  packages: [box()],
});
const toText = (all: readonly DemandedLine[]) =>
  all.map(({ line: { sku }, place, quantity }) => `${place} ${sku} ${quantity}`).join(', ');

function divide(...[all, orders, shippedByOthers]: Parameters<typeof allot>) {
  const { shares, rest, awaited } = allot(all, orders, shippedByOthers);
  return {
    shares: shares.map((share) => `${share.order.reference}: ${toText(share.lines)}`),
    rest: toText(rest),
    awaited: awaited.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', '),
  };
}

describe('allot', () => {
  it.each<[string, Goods[], FulfillmentOrder[], ReturnType<typeof divide>]>([
    [
      'leaves available goods of a sale without orders to the next one, and waits for the others, by product',
      goods('1 PEN 5/3', '2 INK 2', '3 PEN 4/0'),
      [],
      { shares: [], rest: '1 PEN 3, 2 INK 2', awaited: '6 PEN' },
    ],
    [
      'gives an order that was not sent the goods that came in',
      goods('1 PEN 5', '2 INK 2'),
      [{ ...unsent('A', '1 PEN 3'), awaited: [...waitingFor('INK', 2), ...waitingFor('PEN', 2)] }],
      { shares: ['A: 1 PEN 5, 2 INK 2'], rest: '', awaited: '' },
    ],
    [
      'takes from an order that was not sent what is on backorder since',
      goods('1 PEN 5/3'),
      [unsent('A', '1 PEN 5')],
      { shares: ['A: 1 PEN 3'], rest: '', awaited: '2 PEN' },
    ],
    [
      'gives an order that has left without having been sent no further goods',
      goods('1 PEN 5'),
      [{ ...unsent('A', '1 PEN 3'), packages: [box()] }],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2', awaited: '' },
    ],
    [
      'gives an order that its service rejected the goods that came in',
      goods('1 PEN 5'),
      [
        {
          ...unsent('A', '1 PEN 3'),
          submission: { ...unsent('A').submission, state: 'rejected' },
          awaited: waitingFor('PEN', 2),
        },
      ],
      { shares: ['A: 1 PEN 5'], rest: '', awaited: '' },
    ],
    [
      'leaves goods that came in since an order was sent to the next one',
      goods('1 PEN 5', '2 INK 2/1'),
      [{ ...sent('A', '1 PEN 3'), awaited: [...waitingFor('INK', 2), ...waitingFor('PEN', 2)] }],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2, 2 INK 1', awaited: '1 INK' },
    ],
    [
      'gives goods that a person added to the latest order that can be changed, in the order of the sale',
      goods('1 INK 2', '2 PEN 5'),
      [sent('A', '2 PEN 3')],
      { shares: ['A: 1 INK 2, 2 PEN 5'], rest: '', awaited: '' },
    ],
    [
      'gives a sent order of a product that it waits for only what was added',
      goods('1 PEN 3', '2 PEN 4'),
      [{ ...sent('A', '1 PEN 1'), awaited: waitingFor('PEN', 2) }],
      { shares: ['A: 1 PEN 3, 2 PEN 2'], rest: '2 PEN 2', awaited: '' },
    ],
    [
      'gives an order that a person edited no goods that came in',
      goods('1 PEN 5'),
      [{ ...unsent('A', '1 PEN 3'), fingerprint: 'edited', awaited: waitingFor('PEN', 2) }],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2', awaited: '' },
    ],
    [
      'gives a cancelled order that was never sent no further goods',
      goods('1 PEN 5'),
      [{ ...unsent('A', '1 PEN 3'), status: 'Cancelled' }],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2', awaited: '' },
    ],
    [
      'gives an order that has left no further goods',
      goods('1 PEN 5'),
      [left('A', '1 PEN 3')],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2', awaited: '' },
    ],
    [
      'gives an order whose service refused a change no further goods',
      goods('1 PEN 5'),
      [{ ...sent('A', '1 PEN 3'), submission: { ...sent('A').submission, refusedFingerprint: 'x' } }],
      { shares: ['A: 1 PEN 3'], rest: '1 PEN 2', awaited: '' },
    ],
    [
      'takes goods that the sale no longer asks for from the latest order that has not left',
      goods('1 PEN 4'),
      [sent('A', '1 PEN 2'), sent('B', '1 PEN 2'), left('C', '1 PEN 2')],
      { shares: ['A: 1 PEN 2', 'B: ', 'C: 1 PEN 2'], rest: '', awaited: '' },
    ],
    [
      'finds the goods of an order on another line of the product, where its own is gone or is of another one',
      goods('1 INK 3', '2 PEN 2', '4 PEN 2'),
      [sent('A', '1 PEN 2', '3 PEN 1')],
      { shares: ['A: 1 INK 3, 2 PEN 2, 4 PEN 2'], rest: '', awaited: '' },
    ],
    [
      'fills lines of one product up to their own quantities',
      goods('1 PEN 2/1', '2 PEN 3/2'),
      [],
      { shares: [], rest: '1 PEN 1, 2 PEN 2', awaited: '2 PEN' },
    ],
    [
      'keeps quantities to four decimals',
      goods('1 TEA 0.3'),
      [{ ...sent('A', '1 TEA 0.1'), awaited: waitingFor('TEA', 0.2) }],
      { shares: ['A: 1 TEA 0.1'], rest: '1 TEA 0.2', awaited: '' },
    ],
  ])('%s', (_, all, orders, expected) => {
    expect(divide(all, orders)).toEqual(expected);
  });

  it('orders nothing anew that DEAR shows as shipped by others, over all lines of the product', () => {
    const shipped = (quantity: number) => (productId: string) => (productId === 'pen' ? quantity : 0);
    const all = goods('1 PEN 2', '2 INK 1', '3 PEN 3');
    expect(divide(all, [], shipped(1)).rest).toBe('1 PEN 1, 2 INK 1, 3 PEN 3');
    expect(divide(all, [], shipped(3)).rest).toBe('2 INK 1, 3 PEN 2');
    expect(divide(all, [], shipped(9)).rest).toBe('2 INK 1');
  });
});

describe('keep', () => {
  it('lets orders that have left keep their goods first, each from its own line, and older ones before newer ones', () => {
    const orders = [sent('A', '2 PEN 2'), sent('B', '1 PEN 2'), left('C', '1 PEN 3')];
    const kept = keep(goods('1 PEN 4', '2 PEN 2', '3 INK 9'), orders);
    expect(kept.map(({ order, lines: own }) => `${order.reference}: ${toText(own)}`)).toEqual([
      'C: 1 PEN 3',
      'A: 2 PEN 2',
      'B: 1 PEN 1',
    ]);
  });
});
