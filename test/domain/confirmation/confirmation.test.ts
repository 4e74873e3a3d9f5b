import { describe, expect, it } from 'vitest';
import {
  claimConfirmation,
  recordConfirmationAbandoned,
  recordConfirmationLocked,
  recordConfirmationRefused,
  recordConfirmed,
  releaseConfirmation,
  resumeLockedConfirmation,
} from '../../../lib/domain/confirmation/confirmation.ts';
import {
  type FulfilmentStages,
  getStages,
  after as getStagesAfter,
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

describe('a confirmation', () => {
  const [wax, quill] = (['line-2', 'line-1'] as const).map((key) =>
    reported(REFERENCE, {
      id: `label:${key}`,
      trackingNumbers: [`1Z-${key}`.toUpperCase()],
      contents: [{ key, sku: '', quantity: key === 'line-1' ? 2 : 3, batch: '', expiry: '' }],
    }),
  );
  const partly = recordShipments(acceptedOrder(), [wax!], NOW);
  const partlyTold = recordConfirmed(partly, NOW, {
    packages: partly.packages,
    taskId: 't-1',
    remarks: ['One box was too long.'],
  });

  it('of a part says what is still to come, and the rest goes into a fulfilment of its own', () => {
    expect(partlyTold).toMatchObject({
      taskId: '',
      reason: 'Partly shipped and confirmed; still to come: 2 × QUILL-01.',
      confirmation: { state: 'none', packages: ['label:line-2'], taskId: 't-1' },
      packages: [{ shownIn: { taskId: 't-1', box: 'SO-00042-1 box 1' } }],
    });
    expect(partlyTold.log.at(-1)).toMatchObject({
      by: 'DEAR',
      what: 'DEAR shows it picked, packed and shipped: 1Z-LINE-2. One box was too long.',
    });
  });

  it('of the rest completes the order, and leaves each package in its own fulfilment', () => {
    const all = recordShipments(partlyTold, [quill!], NOW);
    const order = recordConfirmed(all, NOW, { packages: all.packages.slice(1), taskId: 't-2', remarks: [] });
    expect(order).toMatchObject({
      taskId: 't-2',
      reason: 'Shipped, and confirmed to DEAR.',
      confirmation: { state: 'confirmed', packages: ['label:line-2', 'label:line-1'] },
      packages: [{ shownIn: { taskId: 't-1' } }, { shownIn: { taskId: 't-2', box: 'SO-00042-1 box 2' } }],
    });
  });

  it('of an order that was closed short completes it, and names what was not shipped', () => {
    const lines = [{ ...partly.lines[0]!, quantity: 2 }];
    const order = told({ ...partly, closedShort: { rest: 'drop', lines } });
    expect(order).toMatchObject({
      reason: 'Shipped, and confirmed to DEAR. Closed short: 2 × QUILL-01 was not shipped.',
      confirmation: { state: 'confirmed' },
    });
  });

  it('is not complete while a package that left meanwhile is not written', () => {
    const late = recordShipments(shipped, [reported(REFERENCE, { id: 'label:2', contents: [] })], NOW);
    const order = recordConfirmed(late, NOW, { packages: shipped.packages, taskId: 't', remarks: [] });
    expect(order.confirmation).toMatchObject({ state: 'none', packages: ['label:1'] });
    expect(order.taskId).toBe('t');
  });

  it('settles the corrections of the packages that it writes, and no others', () => {
    const corrections = ['label:1', 'label:7'].map((id) => ({ id, staleNumbers: ['1Z9'] }));
    const order = { ...shipped, confirmation: { ...shipped.confirmation, corrections } };
    expect(told(order).confirmation.corrections).toEqual([corrections[1]]);
  });

  it('without tracking numbers says so', () => {
    const plain = recordShipments(acceptedOrder(), [reported(REFERENCE, { trackingNumbers: [] })], NOW);
    expect(told(plain).log.at(-1)?.what).toContain('no tracking number');
  });

  it('counts an attempt when it is claimed, and takes it back where nothing was written', () => {
    const claimed = claimConfirmation(shipped, NOW);
    expect(claimed.confirmation).toMatchObject({
      state: 'claimed',
      attempt: 1,
      at: '2026-02-03T09:00:00.000Z',
    });
    expect(releaseConfirmation(claimed, NOW).confirmation).toMatchObject({ state: 'none', attempt: 0 });
  });

  it('that DEAR refuses has the sentence on the order, and DEAR’s text in the log, where it expires', () => {
    const order = recordConfirmationRefused(shipped, NOW, 'Not enough stock', 'Book the stock in.');
    expect(order).toMatchObject({ reason: 'Book the stock in.', confirmation: { state: 'refused' } });
    expect(order.log.at(-1)).toMatchObject({ by: 'DEAR', upstreamMessage: 'Not enough stock' });
  });

  it('that the bridge itself refuses is told once, and not quoted again', () => {
    const { log } = recordConfirmationRefused(shipped, NOW, 'Authorise it.', 'Authorise it.');
    expect(log.at(-1)).not.toHaveProperty('upstreamMessage');
  });

  it('that is abandoned says why, and is not tried again', () => {
    const order = recordConfirmationAbandoned(shipped, NOW, 'The sale was voided.');
    expect(order).toMatchObject({ reason: 'The sale was voided.', confirmation: { state: 'abandoned' } });
    expect(order.log.at(-1)?.by).toBe('DEAR');
    expect(needsConfirmation(order, WAIT)).toBe(false);
  });
});

describe('a confirmation that a stock take locks', () => {
  const take = { number: 'ST-00007', location: 'Lantern Depot' };
  const locked = recordConfirmationLocked(shipped, NOW, take);

  it('names the stock take on the order, once', () => {
    expect(locked.confirmation.state).toBe('locked');
    expect(locked.reason).toContain('DEAR locks Lantern Depot while the stock take ST-00007 is open');
    expect(locked.log.at(-1)).toMatchObject({ by: 'DEAR', what: locked.reason });
    expect(recordConfirmationLocked(locked, NOW, take)).toBe(locked);
    expect(recordConfirmationLocked(locked, NOW, { ...take, number: 'ST-00008' }).reason).toContain(
      'ST-00008',
    );
  });

  it('names it again where the lock came back after the order had continued', () => {
    const again = recordConfirmationLocked({ ...locked, confirmation: shipped.confirmation }, NOW, take);
    expect(again.confirmation.state).toBe('locked');
  });

  it('waits, and continues once the stock take is over', () => {
    expect(needsConfirmation(locked, WAIT)).toBe(false);
    const resumed = resumeLockedConfirmation(locked, NOW);
    expect(needsConfirmation(resumed, WAIT)).toBe(true);
    expect(resumed.log.at(-1)?.by).toBe('schedule');
    expect(resumeLockedConfirmation(shipped, NOW)).toBe(shipped);
  });
});

describe('the shipment of a connection that only drafts it', () => {
  const DRAFTS = { shipStage: 'DRAFT', invoice: 'none' } as const;
  const packed = { pick: 'AUTHORISED', pack: 'AUTHORISED', ship: 'DRAFT' } as const;

  it.each<[string, Partial<FulfilmentStages>, string]>([
    ['is drafted where it has no lines', {}, 'ship'],
    ['is done once its lines have the numbers', { hasShipLines: true, trackingNumbers: ['1Z0001'] }, 'done'],
    ['is drafted again where its lines lack a number', { hasShipLines: true }, 'ship'],
    [
      'is drafted again where a person undid it and its lines stayed',
      { ship: 'NOT AVAILABLE', hasShipLines: true, trackingNumbers: ['1Z0001'] },
      'ship',
    ],
  ])('%s', (_, given, step) => {
    expect(nextConfirmationStep(consignment(shipped), stages({ ...packed, ...given }), DRAFTS)).toBe(step);
  });

  it('is still to be authorised for a connection that authorises it', () => {
    const drafted = stages({ ...packed, hasShipLines: true, trackingNumbers: ['1Z0001'] });
    expect(nextConfirmationStep(consignment(shipped), drafted, WAIT)).toBe('ship');
  });
});

describe('the stages after a step', () => {
  const BILLS = { shipStage: 'AUTHORISED', invoice: 'authorised' } as const;

  it('lead through pick, pack, ship and invoice to the end', () => {
    const steps = [];
    let reached = stages();
    for (let step = nextConfirmationStep(consignment(shipped), reached, BILLS); step !== 'done'; ) {
      steps.push(step);
      reached = getStagesAfter(step, reached, consignment(shipped), BILLS);
      step = nextConfirmationStep(consignment(shipped), reached, BILLS);
    }
    expect(steps).toEqual(['pick', 'pack', 'ship', 'invoice']);
    expect(reached).toMatchObject({
      boxes: ['SO-00042-1 box 1'],
      trackingNumbers: ['1Z0001'],
      hasShipLines: true,
    });
    expect([...reached.pickedAt.values()]).toEqual(['Lantern Depot', 'Lantern Depot']);
  });

  it('keep the shipment as DEAR has it where only numbers were added', () => {
    const drafted = stages({ ship: 'DRAFT', trackingNumbers: ['1Z7'] });
    expect(getStagesAfter('add-tracking', drafted, consignment(shipped), BILLS)).toMatchObject({
      ship: 'DRAFT',
      trackingNumbers: ['1Z7', '1Z0001'],
    });
  });

  it('are the same after a step that writes no stage', () => {
    const given = stages();
    expect(getStagesAfter('create-fulfilment', given, consignment(shipped), BILLS)).toBe(given);
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
    [
      { pick: 'VOIDED' },
      { blocked: 'its fulfilment is voided in DEAR', advice: 'Correct the sale in DEAR.' },
    ],
  ])('returns after %j: %j', (given, expected) => {
    expect(nextConfirmationStep(consignment(shipped), stages(given), WAIT)).toEqual(expected);
  });

  it('writes nothing where a pack by hand holds more than left, whatever is shown of the shipment', () => {
    for (const ship of ['NOT AVAILABLE', 'AUTHORISED']) {
      const packed = stages({ pick: 'AUTHORISED', pack: 'AUTHORISED', ship, notLeft: ['2 × QUILL-01'] });
      expect(nextConfirmationStep(consignment(shipped), packed, WAIT)).toMatchObject({
        blocked: 'the pack in DEAR holds 2 × QUILL-01 that did not leave',
      });
    }
  });

  it('writes nothing where a pack by hand lacks what left', () => {
    const packed = stages({ pick: 'AUTHORISED', pack: 'AUTHORISED', lacking: ['2 × QUILL-01'] });
    expect(nextConfirmationStep(consignment(shipped), packed, WAIT)).toMatchObject({
      blocked: 'the pack in DEAR lacks 2 × QUILL-01 that left',
    });
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
      hasShipLines: true,
    });
  });

  it('knows no location of a pick that is only a draft, and no box of a pack without names', () => {
    const lines = [stageLine({ location: 'Harbour Store' })];
    const drafted = fulfilment({ pick: { status: 'DRAFT', lines }, pack: { status: 'DRAFT', lines } });
    const read = getStages(sale(), drafted, consignment(shipped));
    expect([read.pickedAt.size, read.boxes]).toEqual([0, []]);
  });

  it('adds to no draft where the pack has no lines', () => {
    const lines = [stageLine()];
    const empty = fulfilment({ pick: { status: 'AUTHORISED', lines } });
    const drafted = fulfilment({ pack: { status: 'DRAFT', lines } });
    const read = [empty, drafted].map((one) => getStages(sale(), one, consignment(shipped)).hasPackLines);
    expect(read).toEqual([false, true]);
  });

  it.each([
    ['writes into', [], false],
    [
      'replaces the lines of',
      [{ boxes: ['B1'], carrier: 'UPS', trackingNumbers: ['T1'], shippedAt: '', isShipped: false }],
      true,
    ],
  ])('%s a drafted shipment with the lines %j', (_, lines, hasShipLines) => {
    const drafted = fulfilment({ ship: { status: 'DRAFT', lines } });
    expect(getStages(sale(), drafted, consignment(shipped))).toMatchObject({ hasShipLines });
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

  it('gives each of our boxes its own number, in whatever order DEAR has them', () => {
    const [one, two] = ['SO-00042-1 box 1', 'SO-00042-1 box 2'];
    const numbers = (...inDear: string[]) =>
      shipLines(consignment(twoBoxes), inDear).map((each) => [each.box, each.trackingNumbers[0]]);
    expect(numbers(two, one)).toEqual([
      [one, '1Z0001'],
      [two, '1Z0002'],
    ]);
    expect(numbers(two, 'Crate')).toEqual([
      [two, '1Z0001'],
      ['Crate', '1Z0002'],
    ]);
  });

  it('numbers boxes without counting labels that have no goods', () => {
    const label = box({ id: 'label:0', trackingNumbers: ['1Z0000'] });
    const labelled = { ...twoBoxes, packages: [label, ...twoBoxes.packages] };
    expect(shipLines(consignment(labelled), []).map((one) => one.box)).toEqual([
      'SO-00042-1 box 1',
      'SO-00042-1 box 2',
    ]);
  });

  it('keeps the name of a box that DEAR shows', () => {
    const shown = twoBoxes.packages.map((one) => ({
      ...one,
      shownIn: { taskId: 't', box: `Old ${one.id}` },
    }));
    expect(shipLines(consignment({ ...twoBoxes, packages: shown }), []).map((one) => one.box)).toEqual([
      'Old label:1',
      'Old label:2',
    ]);
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
