import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import {
  type FulfilmentStages,
  getStages,
  nextConfirmationStep,
  untouchedStages,
} from '../../../lib/domain/confirmation/confirmation-step.ts';
import {
  type Consignment,
  packLines,
  pickLines,
  shipLines,
} from '../../../lib/domain/confirmation/packing.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW, reported } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const REFERENCE = 'SO-00042-1';
const shipped = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
const WAIT = connection();

function consignment(order: FulfillmentOrder, using: Partial<Consignment['connection']> = {}): [Consignment] {
  return [{ order, packages: order.packages, connection: { carriers: {}, warehouses: {}, ...using } }];
}

function told(order: FulfillmentOrder) {
  return recordConfirmed(order, NOW, { packages: order.packages, taskId: 't', remarks: [] });
}

function stages(overrides: Partial<FulfilmentStages> = {}): FulfilmentStages {
  return { ...untouchedStages('t', 'simple'), ...overrides };
}

describe('needsConfirmation', () => {
  it('is true once all of the order has left, and false after the confirmation', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [{ key: 'line-1', sku: '', quantity: 2, batch: '', expiry: '' }] })],
      NOW,
    );
    expect(needsConfirmation(acceptedOrder(), WAIT)).toBe(false);
    expect(needsConfirmation(partly, WAIT)).toBe(false);
    expect(needsConfirmation(shipped, WAIT)).toBe(true);
    expect(needsConfirmation(told(shipped), WAIT)).toBe(false);
  });

  it('is false for a withdrawn order', () => {
    expect(needsConfirmation({ ...shipped, withdrawn: true }, WAIT)).toBe(false);
  });
});

describe('nextConfirmationStep', () => {
  it.each<[Partial<FulfilmentStages>, unknown]>([
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
      'done',
    ],
    [{ pick: 'VOIDED' }, { blocked: 'its fulfilment is voided in DEAR' }],
  ])('returns after %j: %j', (given, expected) => {
    expect(nextConfirmationStep(consignment(shipped), stages(given), WAIT)).toEqual(expected);
  });

  it('reads the stages from a fulfilment with its boxes and tracking numbers', () => {
    const packed = stageLine({ box: 'B1' });
    const read = getStages(
      sale(),
      fulfilment({
        pack: { status: 'AUTHORISED', lines: [packed, { ...packed, quantity: 2 }] },
        ship: {
          status: 'AUTHORISED',
          lines: [
            { boxes: ['B1'], carrier: 'UPS', trackingNumbers: ['T1', 'T2'], shippedAt: '', isShipped: true },
          ],
        },
      }),
      consignment(shipped),
    );
    expect(read).toMatchObject({
      pack: 'AUTHORISED',
      ship: 'AUTHORISED',
      boxes: ['B1'],
      trackingNumbers: ['T1', 'T2'],
    });
  });
});

describe('the written pick, pack and shipment', () => {
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
    expect(pickLines(consignment(twoBoxes))).toMatchObject([
      { sku: 'QUILL-01', quantity: 4, location: 'Lantern Depot' },
      { sku: 'WAX-02', quantity: 2 },
    ]);
  });

  it('picks lots separately', () => {
    const lots = {
      ...twoBoxes,
      packages: [box({ contents: [contents('line-1', 1, 'L1'), contents('line-1', 1, 'L2')] })],
    };
    expect(pickLines(consignment(lots)).map(({ batch, quantity }) => [batch, quantity])).toEqual([
      ['L1', 1],
      ['L2', 1],
    ]);
  });

  it('packs a box of its own for each package', () => {
    expect(
      packLines(consignment(twoBoxes), new Map()).map(({ box: name, sku, quantity }) => [
        name,
        sku,
        quantity,
      ]),
    ).toEqual([
      ['SO-00042-1 box 1', 'QUILL-01', 3],
      ['SO-00042-1 box 2', 'QUILL-01', 1],
      ['SO-00042-1 box 2', 'WAX-02', 2],
    ]);
  });

  it('ships one line for each box', () => {
    expect(shipLines(consignment(twoBoxes), [])).toMatchObject([
      { box: 'SO-00042-1 box 1', carrier: 'UPS', trackingNumbers: ['1Z0001'] },
      { box: 'SO-00042-1 box 2', carrier: 'UPS', trackingNumbers: ['1Z0002'] },
    ]);
  });

  it('names the boxes that a person packed, one for one or all on one line', () => {
    expect(shipLines(consignment(twoBoxes), ['A', 'B']).map((one) => one.box)).toEqual(['A', 'B']);
    expect(shipLines(consignment(twoBoxes), ['A'])).toMatchObject([
      { box: 'A', trackingNumbers: ['1Z0001', '1Z0002'] },
    ]);
    expect(shipLines(consignment(twoBoxes), ['A', 'B', 'C'])).toMatchObject([{ box: 'A,B,C' }]);
  });

  it('names more boxes than fit on one ship line on several, each box once', () => {
    const names = Array.from({ length: 40 }, (_, index) => `Pallet ${index + 1} shelf`);
    const boxes = shipLines(consignment(twoBoxes), names).map((one) => one.box);
    expect(boxes).toHaveLength(3);
    expect(boxes.every((list) => list.length <= 256)).toBe(true);
    expect(boxes.flatMap((list) => list.split(','))).toEqual(names);
  });

  it('removes commas from the names of boxes, because DEAR ends a name there', () => {
    const named = { ...twoBoxes, reference: 'SO-1,2-1' };
    expect(shipLines(consignment(named), []).map((one) => one.box)).toEqual([
      'SO-1.2-1 box 1',
      'SO-1.2-1 box 2',
    ]);
  });

  it('gives the numbers of a package without goods to the first box', () => {
    const labels = {
      ...twoBoxes,
      packages: [...twoBoxes.packages, box({ id: 'label:3', trackingNumbers: ['1Z0003'] })],
    };
    expect(shipLines(consignment(labels), []).map(({ trackingNumbers }) => trackingNumbers)).toEqual([
      ['1Z0001', '1Z0003'],
      ['1Z0002'],
    ]);
    expect(packLines(consignment(labels), new Map())).toHaveLength(3);
  });

  it('names the carrier as the merchant does, by its service before its name', () => {
    const [own] = shipLines(
      consignment(twoBoxes, { carriers: { ups_ground: 'UPS Ground', UPS: 'UPS other' } }),
      [],
    );
    expect(own?.carrier).toBe('UPS Ground');
    const [other] = shipLines(consignment(twoBoxes, { carriers: { UPS: 'UPS other' } }), []);
    expect(other?.carrier).toBe('UPS other');
  });

  it('names the location that is mapped to the warehouse, unless DEAR has picked already', () => {
    const moved = { ...twoBoxes, packages: [box({ warehouse: 'W2', contents: [contents('line-1', 2)] })] };
    const using = { warehouses: { W2: 'Harbour Store' } };
    expect(pickLines(consignment(moved, using)).map(({ location }) => location)).toEqual(['Harbour Store']);
    const pickedAt = new Map([[line().productId, 'Lantern Depot']]);
    expect(packLines(consignment(moved, using), pickedAt).map(({ location }) => location)).toEqual([
      'Lantern Depot',
    ]);
  });
});
