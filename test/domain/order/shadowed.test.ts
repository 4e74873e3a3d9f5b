import { describe, expect, it } from 'vitest';
import {
  isAdopted,
  isShadowed,
  recordAdopted,
  recordUnclear,
  referenceAtProvider,
  settleShadowed,
} from '../../../lib/domain/order/takeover.ts';
import { connection } from '../../builders/connection.ts';
import { box, NOW, queuedOrder } from '../../builders/order.ts';
import { fulfilment, LOCATION, line, sale, stageLine } from '../../builders/sale.ts';

const LATER = NOW + 60_000;
const shadow = connection({ mode: 'shadow' });
const live = connection();
const planned = queuedOrder(undefined, {}, shadow);
const [quills, wax] = planned.lines;
const QUILL = String(quills?.key);
const WAX = String(wax?.key);
const waxLine = { productId: wax?.productId ?? '', sku: 'WAX-02' };

type Ship = ReturnType<typeof fulfilment>['ship'];

/** Quills and wax, as DEAR shows them in two boxes. */
function shipped(
  [quillsOut, waxOut]: readonly [number, number],
  changes: Partial<ReturnType<typeof fulfilment>> = {},
) {
  const lines = [
    stageLine({ quantity: quillsOut, box: 'A', batch: 'L1' }),
    stageLine({ ...waxLine, quantity: waxOut, box: 'B' }),
  ].filter(({ quantity }) => quantity > 0);
  return fulfilment({
    pack: { status: 'AUTHORISED', lines },
    ship: ship('AUTHORISED'),
    ...changes,
  });
}

function ship(status: string, areShipped: readonly [boolean, boolean] = [true, true]): Ship {
  const row = { carrier: 'UPS', shippedAt: '2026-02-04T00:00:00' };
  return {
    status,
    lines: [
      { ...row, boxes: ['A'], trackingNumbers: ['1Z1', '1Z2'], isShipped: areShipped[0] },
      { ...row, boxes: ['B'], trackingNumbers: ['1Z2'], isShipped: areShipped[1] },
    ],
  };
}

function settle(
  fulfilments: ReadonlyArray<ReturnType<typeof fulfilment>>,
  using = live,
  others: readonly (typeof planned)[] = [],
  order = planned,
) {
  return settleShadowed(order, { sale: sale({ fulfilments }), connection: using, others, now: LATER });
}

const another = (quantity: number) =>
  queuedOrder(undefined, {
    packages: [box({ contents: [{ key: QUILL, quantity, batch: '', expiry: '' }] })],
  });

describe('an order that was planned in shadow mode', () => {
  it('is held, and may have been sent by the connector before', () => {
    expect(isShadowed(planned)).toBe(true);
    expect(planned).toMatchObject({
      hold: 'shadow',
      takeover: { state: 'possible', isPartlyShipped: false },
    });
    expect(isAdopted(planned)).toBe(false);
    expect(referenceAtProvider(planned)).toBe(planned.reference);
    expect(queuedOrder()).not.toHaveProperty('takeover');
  });

  it('is Completed without being sent where DEAR shows all of it as shipped, in either mode', () => {
    for (const using of [shadow, live]) {
      const settled = settle([shipped([2, 3])], using);
      expect(settled).toMatchObject({
        status: 'Completed',
        hold: '',
        taskId: sale().id,
        takeover: { state: 'shipped', number: '', isPartlyShipped: false },
        confirmation: { state: 'confirmed', packages: [`dear:${sale().id}`], taskId: sale().id },
      });
      expect(settled.log.at(-1)).toMatchObject({ by: 'DEAR', what: settled.reason });
      expect(settled.packages).toEqual([
        {
          id: `dear:${sale().id}`,
          trackingNumbers: ['1Z1', '1Z2'],
          carrier: 'UPS',
          service: '',
          shippedAt: '2026-02-04',
          cost: null,
          contents: [
            { key: QUILL, quantity: 2, batch: 'L1', expiry: '' },
            { key: WAX, quantity: 3, batch: '', expiry: '' },
          ],
          warehouse: '',
          deliveredAt: '',
          shownIn: { taskId: sale().id, box: 'A' },
        },
      ]);
    }
  });

  it('has left on the day of its sale where DEAR shows no day', () => {
    const lines = ship('AUTHORISED').lines.map((one) => ({ ...one, shippedAt: '' }));
    const [parcel] = settle([shipped([2, 3], { ship: { status: 'AUTHORISED', lines } })]).packages;
    expect(parcel?.shippedAt).toBe('2026-02-03');
    const [bare] = settle([shipped([2, 3], { ship: { status: 'AUTHORISED', lines: [] } })]).packages;
    expect(bare).toMatchObject({ shippedAt: '2026-02-03', carrier: '', trackingNumbers: [] });
  });

  it.each([
    ['nothing is shipped', [], [], 'none'],
    ['its shipping is a draft', [shipped([2, 3], { ship: ship('DRAFT') })], [], 'none'],
    ['a part of it is shipped', [shipped([2, 2])], [], 'some'],
    [
      'one box of two is shipped',
      [shipped([2, 3], { ship: ship('PARTIALLY AUTHORISED', [true, false]) })],
      [],
      'some',
    ],
    [
      'no box of two is shipped',
      [shipped([2, 3], { ship: ship('PARTIALLY AUTHORISED', [false, false]) })],
      [],
      'none',
    ],
    ['both boxes are shipped', [shipped([2, 3], { ship: ship('PARTIALLY AUTHORISED') })], [], 'all'],
    [
      'two fulfilments hold its halves',
      [shipped([2, 1]), shipped([0, 2], { taskId: 'task-2', number: 2 })],
      [],
      'all',
    ],
    [
      'it was picked and shipped without a pack',
      [
        shipped([0, 0], {
          pick: { status: 'AUTHORISED', lines: shipped([2, 3]).pack.lines },
          pack: { status: 'NOT AVAILABLE', lines: [] },
        }),
      ],
      [],
      'all',
    ],
    ['a part of that is in a parcel of another order', [shipped([2, 3])], [another(1)], 'some'],
    ['more is shipped than another order has', [shipped([3, 3])], [another(1)], 'all'],
    [
      'two parcels of other orders hold what is shipped beyond it',
      [shipped([4, 3])],
      [another(1), another(1)],
      'all',
    ],
    ['two parcels of other orders hold a part of it', [shipped([3, 3])], [another(1), another(1)], 'some'],
  ] as const)('goes on in live mode where %s', (_, fulfilments, others, shown) => {
    const settled = settle(fulfilments, live, others);
    expect(settled.takeover).toEqual(
      shown === 'all'
        ? { state: 'shipped', number: '', isPartlyShipped: false }
        : { state: 'possible', number: '', isPartlyShipped: shown === 'some' },
    );
    expect(settled.status).toBe(shown === 'all' ? 'Completed' : 'Queued');
  });

  it('stays as it is in shadow mode, and where its sale is voided or undone', () => {
    expect(settle([shipped([2, 2])], shadow)).toBe(planned);
    for (const changes of [{ status: 'VOIDED' }, { orderStatus: 'DRAFT' }]) {
      const undone = sale({ fulfilments: [shipped([2, 3])], ...changes });
      const input = { sale: undone, connection: live, others: [], now: LATER };
      expect(settleShadowed(planned, input)).toBe(planned);
    }
    const free = queuedOrder();
    expect(settle([shipped([2, 3])], live, [], free)).toBe(free);
  });

  it('is free to be sent once its connection is live, or waits for a person where orders are released by hand', () => {
    const sent = settle([]);
    expect(sent).toMatchObject({ status: 'Queued', desired: 'fulfilled', hold: '', released: true });
    expect(sent.log.at(-1)).toMatchObject({ by: 'bridge', what: sent.reason });
    const waiting = settle([], connection({ release: 'manual' }));
    expect(waiting).toMatchObject({ status: 'Queued', released: false });
    expect(waiting.reason).toMatch(/^Waiting for a person to process it\. lantern is live\./);
  });

  it('stays held for the causes that a cut-over does not end', () => {
    const unpaid = sale({ paymentStatus: 'UNPAID' });
    const order = queuedOrder(unpaid, {}, connection({ mode: 'shadow', holdUntilPaid: true }));
    const settled = settle([shipped([1, 0])], live, [], order);
    expect(settled).toMatchObject({
      status: 'On Hold',
      hold: 'payment',
      holds: [{ kind: 'payment' }],
      takeover: { state: 'possible', isPartlyShipped: true },
    });
    expect(settled.log.at(-1)).toMatchObject({ by: 'bridge' });
  });

  it('of a whole sale counts its goods at whatever place DEAR picked them', () => {
    const { pack } = shipped([2, 3]);
    const lines = pack.lines.map((one) => ({ ...one, location: 'Harbour Store' }));
    expect(settle([shipped([0, 0], { pack: { ...pack, lines } })]).status).toBe('Completed');
  });

  it('of a later trigger counts only its own fulfilment, and there only goods of its own location', () => {
    const using = connection({ trigger: 'PickAuthorised' });
    const own = { ...planned, taskId: 'task-7' };
    const at = (location: string, taskId = 'task-7') => {
      const { pack } = shipped([2, 3]);
      const lines = pack.lines.map((one) => ({ ...one, location }));
      return settle([shipped([0, 0], { taskId, pack: { ...pack, lines } })], using, [], own);
    };
    expect(at(LOCATION).status).toBe('Completed');
    expect(at(`${LOCATION.toUpperCase()}: Bin 4`).status).toBe('Completed');
    expect(at('Harbour Store').takeover).toMatchObject({ state: 'possible', isPartlyShipped: false });
    expect(at(LOCATION, 'task-8').takeover).toMatchObject({ state: 'possible', isPartlyShipped: false });
  });

  it('has a kit once it is whole, and then in the parcel with its last part', () => {
    const part = { sku: 'NIB', name: '', batch: '', expiry: '' };
    const parts = [
      { ...part, productId: 'nib', quantity: 4 },
      { ...part, productId: 'ink', quantity: 2 },
    ];
    const kit = queuedOrder(sale({ lines: [line()] }), {}, shadow);
    const order = { ...kit, lines: kit.lines.map((one) => ({ ...one, parts })) };
    const lines = [
      stageLine({ productId: 'nib', quantity: 4, box: 'A' }),
      stageLine({ productId: 'ink', quantity: 2, box: 'A' }),
    ];
    const whole = settle([shipped([0, 0], { pack: { status: 'AUTHORISED', lines } })], live, [], order);
    expect(whole.status).toBe('Completed');
    expect(whole.packages.map(({ contents }) => contents)).toEqual([
      [{ key: QUILL, quantity: 2, batch: '', expiry: '' }],
    ]);
    const half = { status: 'AUTHORISED', lines: lines.slice(1) };
    expect(settle([shipped([0, 0], { pack: half })], live, [], order).takeover).toMatchObject({
      state: 'possible',
      isPartlyShipped: true,
    });
  });
});

describe('an order that the connector before has sent', () => {
  const found = { providerOrderId: 'old-1', reference: 'SO-00042', state: 'open', goods: [] } as const;
  const adopted = recordAdopted(settle([]), found, LATER);

  it('is followed under its old number, as the content that was planned', () => {
    expect(adopted).toMatchObject({
      status: 'Shipped',
      desired: 'fulfilled',
      hold: '',
      takeover: { state: 'adopted', number: 'SO-00042', isPartlyShipped: false },
      submission: {
        state: 'submitted',
        providerOrderId: 'old-1',
        acceptedFingerprint: planned.fingerprint,
        refusedFingerprint: '',
        sentFingerprints: [],
        at: '2026-02-03T09:01:00.000Z',
      },
    });
    expect(isAdopted(adopted)).toBe(true);
    expect(referenceAtProvider(adopted)).toBe('SO-00042');
    expect(adopted.log.at(-1)).toMatchObject({ by: 'lantern', what: adopted.reason });
    expect(adopted.reason).toMatch(/^lantern has it as old-1, under SO-00042/);
  });

  it('is held for a person where it is not clear, who is told why', () => {
    const why = 'lantern has 2 orders for it.';
    for (const isPartlyShipped of [true, false]) {
      const unclear = recordUnclear(settle(isPartlyShipped ? [shipped([1, 0])] : []), why, LATER);
      expect(unclear).toMatchObject({
        status: 'On Hold',
        hold: 'takeover',
        reason: why,
        takeover: { state: 'unclear', number: '', isPartlyShipped },
      });
      expect(unclear.log.at(-1)).toMatchObject({ by: 'lantern', what: why });
    }
    expect(recordUnclear(queuedOrder(), why, LATER).takeover?.isPartlyShipped).toBe(false);
  });
});
