import { describe, expect, it } from 'vitest';
import {
  allowedActions,
  closeShort,
  hasLeftUnwanted,
  whyRefused,
} from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { acceptedOrder, box, NOW } from '../../builders/order.ts';

const CAN = { canCancel: true, canHold: true };
const accepted = acceptedOrder();
const [quill, wax] = accepted.lines.map(({ key }) => key);
const packed = (key = '', quantity = 0) => [{ key, quantity, batch: '', expiry: '' }];
const withBox = (key: string | undefined, quantity: number, rest: Partial<FulfillmentOrder> = {}) => ({
  ...accepted,
  packages: [box({ contents: packed(key, quantity) })],
  ...rest,
});
const all = [...packed(quill, 2), ...packed(wax, 3)];
const told = { ...accepted.confirmation, packages: ['label:1'], taskId: accepted.taskId };
const open = { standstill: 'cancelled' } as const;

describe('closing an order short', () => {
  it.each<[string, FulfillmentOrder, string | null]>([
    ['is possible where it stands still', withBox(quill, 1, open), null],
    [
      'is not needed where all of it has left',
      { ...accepted, packages: [box({ contents: all })] },
      'all of it has left',
    ],
    [
      'is not possible while the service may ship the rest',
      withBox(quill, 2),
      'lantern may still ship what is missing: cancel that there first; the bridge notices it when it next reads the orders there',
    ],
    [
      'is not possible while the service may ship all of it',
      accepted,
      'lantern may still ship what is missing: cancel it first',
    ],
    ['is not possible once it is Cancelled', { ...accepted, status: 'Cancelled' }, 'it is Cancelled'],
    [
      'is not possible twice',
      withBox(quill, 2, { closedShort: { rest: 'drop', lines: [] } }),
      'it is closed',
    ],
  ])('%s', (_, order, why) => {
    expect(whyRefused(order, 'close-and-drop', CAN)).toBe(why);
    expect(whyRefused(order, 'close-and-reorder', CAN)).toBe(why);
  });

  it('is possible once a part has left where the service never says that the rest does not leave', () => {
    const silent = { ...CAN, reportsOrders: false };
    for (const action of ['close-and-drop', 'close-and-reorder'] as const) {
      expect(whyRefused(withBox(quill, 2), action, silent)).toBeNull();
      expect(whyRefused(accepted, action, silent)).toMatch(/cancel it first$/);
      expect(whyRefused({ ...accepted, packages: [box({ contents: all })] }, action, silent)).toBe(
        'all of it has left',
      );
    }
    expect(whyRefused(withBox(quill, 2), 'accept', silent)).toBe(
      'its parcels hold nothing that is not on the order',
    );
  });

  const linesOf = ({ lines }: FulfillmentOrder) => lines.map(({ sku, quantity }) => `${quantity} ${sku}`);

  it('gives what is missing back to the sale, and keeps what left', () => {
    const closed = closeShort(withBox(quill, 1, open), 'reorder', 'Ada', NOW);
    expect(linesOf(closed)).toEqual(['1 QUILL-01']);
    expect(closed.reason).toBe(
      'Closed short by Ada: 1 × QUILL-01, 3 × WAX-02 goes back to the sale, to be ordered again. DEAR is being updated with what left.',
    );
    expect(closed).toMatchObject({
      standstill: '',
      status: 'Shipped',
      closedShort: { rest: 'reorder', lines: [{ quantity: 1 }, { quantity: 3 }] },
      confirmation: { state: accepted.confirmation.state },
    });
  });

  it('gives nothing of a line back that has left whole', () => {
    expect(linesOf(closeShort(withBox(quill, 2, open), 'reorder', 'Ada', NOW))).toEqual(['2 QUILL-01']);
  });

  it('is settled at once where DEAR shows all that left', () => {
    const closed = closeShort(withBox(quill, 1, { ...open, confirmation: told }), 'drop', 'Ada', NOW);
    expect(linesOf(closed)).toEqual(['2 QUILL-01', '3 WAX-02']);
    expect(closed.confirmation.state).toBe('confirmed');
    expect(closed.reason).toContain('is dropped. DEAR shows what left.');
  });

  it.each([
    ['reorder', true],
    ['drop', false],
  ] as const)(
    'ends an order of which nothing left; with %s its goods are free again: %j',
    (rest, withdrawn) => {
      expect(closeShort({ ...accepted, ...open, hold: 'service' }, rest, 'Ada', NOW)).toMatchObject({
        status: 'Cancelled',
        hold: '',
        withdrawn,
      });
    },
  );
});

describe('an order that its service has', () => {
  const refused = { confirmation: { ...told, state: 'refused' } } as const;

  it.each(['Shipped', 'Delivered', 'Completed'] as const)('can be acknowledged while it is %s', (status) => {
    expect(allowedActions(withBox(quill, 2, { ...refused, status }), CAN)).toContain('acknowledge');
  });

  it.each<[string, Partial<FulfillmentOrder>, string | null]>([
    ['can be released there', {}, null],
    ['cannot while it is being cancelled', { desired: 'cancelled' }, 'it is being cancelled at lantern'],
    [
      'can again where it will not be cancelled',
      { desired: 'cancelled', withdrawn: true, cancellation: { state: 'refused', at: '' } },
      null,
    ],
  ])('and holds %s', (_, changes, why) => {
    const held: FulfillmentOrder = { ...accepted, status: 'On Hold', hold: 'service', ...changes };
    expect(whyRefused(held, 'ship', CAN)).toBe(why);
    expect(whyRefused({ ...held, status: 'Shipped', hold: '' }, 'hold', CAN)).toBe(why);
  });

  it('and of which it is not known can be ended by a person who looked there', () => {
    const claimed = { ...accepted.submission, state: 'claimed' } as const;
    const unknown = { ...accepted.cancellation, state: 'unknown' } as const;
    const lost: FulfillmentOrder = {
      ...accepted,
      ...{ status: 'Queued', desired: 'cancelled', submission: claimed, cancellation: unknown },
    };
    expect(whyRefused(lost, 'void', CAN)).toBeNull();
    const open = { ...lost, cancellation: accepted.cancellation };
    expect(whyRefused(open, 'void', CAN)).toContain('wait for the answer');
  });
});

describe('goods that left although the sale withdrew them', () => {
  const refused = { ...accepted.cancellation, state: 'refused' } as const;
  const unwanted = withBox(quill, 2, { withdrawn: true, cancellation: refused });

  it.each<[string, FulfillmentOrder, boolean]>([
    ['wait for a person', unwanted, true],
    ['do not once the sale wants them again', { ...unwanted, withdrawn: false }, false],
    ['do not while the cancellation is open', { ...unwanted, cancellation: accepted.cancellation }, false],
    ['are none before they leave', { ...unwanted, packages: [] }, false],
  ])('%s', (_, order, isUnwanted) => {
    expect(hasLeftUnwanted(order)).toBe(isUnwanted);
    if (isUnwanted) expect(whyRefused(order, 'acknowledge', CAN)).toBeNull();
    else expect(whyRefused(order, 'acknowledge', CAN)).not.toBeNull();
  });
});
