import { describe, expect, it } from 'vitest';
import {
  needsConfirmation,
  nextConfirmationStep,
  recordConfirmed,
  type Stages,
  stagesOf,
} from '../../lib/domain/confirmation.ts';
import { packLines, pickLines, shipLines } from '../../lib/domain/packing.ts';
import { recordShipments } from '../../lib/domain/shipment.ts';
import { acceptedOrder, box, NOW, reported } from '../builders/order.ts';
import { fulfilment, line, sale } from '../builders/sale.ts';

const REFERENCE = 'SO-00042-1';
const shipped = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);

function stages(overrides: Partial<Stages> = {}): Stages {
  return {
    taskId: 't',
    pick: 'NOT AVAILABLE',
    pack: 'NOT AVAILABLE',
    ship: 'NOT AVAILABLE',
    boxes: [],
    trackingNumbers: [],
    ...overrides,
  };
}

describe('an order is confirmed to DEAR', () => {
  it('once all of it has left, and only once', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [{ key: 'line-1', sku: '', quantity: 2, batch: '', expiry: '' }] })],
      NOW,
    );
    expect(needsConfirmation(acceptedOrder())).toBe(false);
    expect(needsConfirmation(partly)).toBe(false);
    expect(needsConfirmation(shipped)).toBe(true);
    expect(needsConfirmation(recordConfirmed(shipped, NOW))).toBe(false);
  });

  it('never for a sale that no longer wants it', () => {
    expect(needsConfirmation({ ...shipped, desired: 'cancelled' })).toBe(false);
  });
});

describe('the next step', () => {
  it.each<[Partial<Stages>, unknown]>([
    [{ taskId: '' }, 'create-fulfilment'],
    [{}, 'pick'],
    [{ pick: 'DRAFT' }, 'pick'],
    [{ pick: 'AUTHORISED' }, 'pack'],
    [{ pick: 'AUTHORISED', pack: 'DRAFT' }, 'pack'],
    [{ pick: 'AUTHORISED', pack: 'AUTHORISED' }, 'ship'],
    [{ pick: 'AUTHORISED', pack: 'AUTHORISED', ship: 'PARTIALLY AUTHORISED' }, 'ship'],
    [{ pick: 'AUTHORISED', pack: 'AUTHORISED', ship: 'AUTHORISED' }, 'add-tracking'],
    [
      { pick: 'AUTHORISED', pack: 'AUTHORISED', ship: 'AUTHORISED', trackingNumbers: ['1Z0001', 'X'] },
      'confirmed',
    ],
    [{ pick: 'VOIDED' }, { blocked: 'its fulfilment is voided in DEAR' }],
  ])('after %j is %j', (given, expected) => {
    expect(nextConfirmationStep(shipped, stages(given))).toEqual(expected);
  });

  it('is read from a fulfilment with its boxes and tracking numbers', () => {
    const packed = {
      productId: 'p',
      sku: 's',
      name: 'n',
      location: 'l',
      quantity: 1,
      batch: '',
      expiry: '',
      box: 'B1',
    };
    const read = stagesOf(
      fulfilment({
        pack: { status: 'AUTHORISED', lines: [packed, { ...packed, quantity: 2 }] },
        ship: {
          status: 'AUTHORISED',
          lines: [{ boxes: ['B1'], carrier: 'UPS', trackingNumbers: ['T1', 'T2'], isShipped: true }],
        },
      }),
    );
    expect(read).toMatchObject({
      pack: 'AUTHORISED',
      ship: 'AUTHORISED',
      boxes: ['B1'],
      trackingNumbers: ['T1', 'T2'],
    });
  });
});

describe('what is written', () => {
  const contents = (key: string, quantity: number, batch = '') => ({ key, quantity, batch, expiry: '' });
  const twoBoxes = acceptedOrder(
    sale({
      lines: [line({ comment: 'A' }), line({ comment: 'B' }), line({ sku: 'WAX-02', productId: 'wax' })],
    }),
    {
      packages: [
        box({ contents: [contents('line-1', 2), contents('line-2', 1)] }),
        box({
          id: 'label:2',
          trackingNumbers: ['1Z0002'],
          contents: [contents('line-2', 1), contents('line-3', 2)],
        }),
      ],
    },
  );

  it('picks each product once, with all that left of it', () => {
    expect(pickLines(twoBoxes)).toMatchObject([
      { sku: 'QUILL-01', quantity: 4, location: 'Lantern Depot' },
      { sku: 'WAX-02', quantity: 2 },
    ]);
  });

  it('keeps lots apart', () => {
    const lots = {
      ...twoBoxes,
      packages: [box({ contents: [contents('line-1', 1, 'L1'), contents('line-1', 1, 'L2')] })],
    };
    expect(pickLines(lots).map(({ batch, quantity }) => [batch, quantity])).toEqual([
      ['L1', 1],
      ['L2', 1],
    ]);
  });

  it('packs a box of its own for each package', () => {
    expect(packLines(twoBoxes).map(({ box: name, sku, quantity }) => [name, sku, quantity])).toEqual([
      ['SO-00042-1 box 1', 'QUILL-01', 3],
      ['SO-00042-1 box 2', 'QUILL-01', 1],
      ['SO-00042-1 box 2', 'WAX-02', 2],
    ]);
  });

  it('ships one line for each box', () => {
    expect(shipLines(twoBoxes, [])).toMatchObject([
      { box: 'SO-00042-1 box 1', carrier: 'UPS', trackingNumbers: ['1Z0001'] },
      { box: 'SO-00042-1 box 2', carrier: 'UPS', trackingNumbers: ['1Z0002'] },
    ]);
  });

  it('names the boxes that a person packed: one for one, or all on one line', () => {
    expect(shipLines(twoBoxes, ['A', 'B']).map((one) => one.box)).toEqual(['A', 'B']);
    expect(shipLines(twoBoxes, ['A'])).toMatchObject([{ box: 'A', trackingNumbers: ['1Z0001', '1Z0002'] }]);
    expect(shipLines(twoBoxes, ['A', 'B', 'C'])).toMatchObject([{ box: 'A,B,C' }]);
  });

  it('gives the numbers of a package without goods to the first box', () => {
    const labels = {
      ...twoBoxes,
      packages: [...twoBoxes.packages, box({ id: 'label:3', trackingNumbers: ['1Z0003'] })],
    };
    expect(shipLines(labels, []).map(({ trackingNumbers }) => trackingNumbers)).toEqual([
      ['1Z0001', '1Z0003'],
      ['1Z0002'],
    ]);
    expect(packLines(labels)).toHaveLength(3);
  });

  it('names some carrier, as DEAR wants one', () => {
    const nameless = {
      ...twoBoxes,
      packages: [box({ carrier: '', service: '', contents: [contents('line-1', 2)] })],
    };
    expect(shipLines(nameless, [])[0]?.carrier).toBe('Unknown');
  });
});
