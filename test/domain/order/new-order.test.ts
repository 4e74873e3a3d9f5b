import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import { act as actOn } from '../../../lib/domain/order/actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type PlanningInput, skusToKnow } from '../../../lib/domain/order/new-order.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const LATER = NOW + 3_600_000;
const held = { catalogue: { every: '1 day', unknownSkus: 'hold' as const } };

const PICKED = {
  sale: sale({
    type: 'advanced',
    fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines: [stageLine()] } })],
  }),
  connections: [connection({ trigger: 'PickAuthorised' })],
};

/** All of it has left, and DEAR shows that. */
function leftOrder(): FulfillmentOrder {
  const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
  return recordConfirmed(shipped, NOW, { packages: shipped.packages, taskId: sale().id, remarks: [] });
}

function planned(
  unknown: string[],
  orders: FulfillmentOrder[] = [],
  using = connection(held),
): FulfillmentOrder {
  const unknownSkus = new Map([[using.id, new Set(unknown)]]);
  const input = { sale: sale(), connections: [using], orders, unknownSkus, by: 'test', now: LATER };
  return planSale(input).changes[0]?.order ?? orders[0]!;
}

describe('skusToKnow', () => {
  it('returns the SKUs that the provider has to ship', () => {
    const lines = [line(), line({ sku: 'SVC-1' }), line({ sku: 'WAX-02', dropShip: true })];
    const asked = skusToKnow(sale({ lines }), [connection({ serviceSkus: ['SVC-*'] })]);
    expect(asked).toEqual(new Map([['lantern', new Set(['QUILL-01'])]]));
  });

  it('returns the SKUs of all stages that make orders', () => {
    const picked = (sku: string) => ({
      status: 'AUTHORISED',
      lines: [stageLine({ sku, productId: line({ sku }).productId })],
    });
    const fulfilments = ['QUILL-01', 'WAX-02'].map((sku, index) =>
      fulfilment({ taskId: `task-${index}`, pick: picked(sku) }),
    );
    const lines = [line(), line({ sku: 'WAX-02' })];
    const asked = skusToKnow(sale({ type: 'advanced', lines, fulfilments }), [
      connection({ trigger: 'PickAuthorised' }),
    ]);
    expect([...asked.keys()]).toEqual(['lantern']);
  });

  it.each([
    ['no sale that is not authorised', sale({ orderStatus: 'DRAFT' }), connection()],
    ['no voided sale', sale({ status: 'VOIDED' }), connection()],
    ['no connected location', sale({ location: 'Elsewhere' }), connection()],
    [
      'no connection without a catalogue',
      sale(),
      connection({ catalogue: { every: 'off', unknownSkus: 'hold' } }),
    ],
  ])('returns %s', (_, from, using) => {
    expect(skusToKnow(from, [using])).toEqual(new Map());
  });
});

describe('the method that lists show of an order', () => {
  const services = { Express: 'ups_next_day_air' };
  const using = connection({ shippingMethods: { services, unmapped: 'hold' } });
  const first = (carrier: string, connected = using) =>
    planSale({ sale: sale({ carrier }), connections: [connected], orders: [], by: 'test', now: NOW })
      .changes[0];

  it.each([
    ['the service of a mapped name', ' express', using, 'ups_next_day_air'],
    ['never a name that is not mapped', 'Ask Ada Quill, 0171 5550100', using, 'unmapped'],
    ['never a name where nothing is mapped', 'Ask Ada Quill', connection(), 'unmapped'],
    ['nothing where the sale names none', '', using, ''],
  ])('is %s', (_, carrier, connected, method) => {
    expect(first(carrier, connected)?.order.method).toBe(method);
    expect(JSON.stringify(first(carrier, connected)?.order)).not.toContain('Ada');
  });

  it('changes with the mapping, and is no name that a person typed', () => {
    const before = planSale({
      ...{ sale: sale({ carrier: 'Economy' }), connections: [using], orders: [], by: 'test', now: NOW },
    }).changes[0];
    if (before?.content == null) throw new Error('The sale makes no order');
    const mapped = connection({
      shippingMethods: { services: { ...services, Economy: 'ups_ground' }, unmapped: 'hold' },
    });
    const input = { sale: sale({ carrier: 'Economy' }), connections: [mapped], orders: [before.order] };
    const [after] = planSale({ ...input, by: 'test', now: LATER }).changes;
    expect([before.order.method, after?.order.method]).toEqual(['unmapped', 'ups_ground']);
    const acting = { order: before.order, content: before.content, by: 'Ada', now: LATER, canCancel: true };
    const edited = actOn('edit', acting, { shippingMethod: 'By hand to Mrs Quill' });
    expect(edited.order.method).toBe('unmapped');
  });
});

describe('an order with a SKU that its provider does not know', () => {
  it('is held with the names of the SKUs if the connection holds unknown SKUs', () => {
    expect(planned(['WAX-02', 'INK-03'])).toMatchObject({
      status: 'On Hold',
      hold: 'unknown-sku',
      desired: 'held',
      released: false,
      reason: 'lantern knows no product WAX-02.',
    });
  });

  it('is sent otherwise, and its log names the SKUs', () => {
    const order = planned(['WAX-02'], [], connection());
    expect(order).toMatchObject({ status: 'Queued', hold: '' });
    expect(order.log[0]?.what).toContain('lantern knows no product WAX-02.');
    expect(planned([], [], connection()).log[0]?.what).not.toContain('knows no product');
    const changed = planned(['WAX-02'], [{ ...order, planned: 'another' }], connection());
    expect(changed.log.at(-1)?.what).toBe(
      'The sale changed. Waiting to be sent. lantern knows no product WAX-02.',
    );
  });

  it('continues at the next reading once the provider knows all SKUs', () => {
    const order = planned(['QUILL-01', 'WAX-02']);
    expect(planned(['QUILL-01', 'WAX-02'], [order])).toBe(order);
    const fewer = planned(['WAX-02'], [order]);
    expect(fewer).toMatchObject({ hold: 'unknown-sku', waitingSince: order.waitingSince });
    expect(fewer.reason).toContain('product WAX-02.');
    expect(planned([], [fewer])).toMatchObject({ status: 'Queued', hold: '', released: true });
  });

  it('stays released after a person has released it', () => {
    const released = {
      ...planned(['WAX-02']),
      status: 'Queued',
      desired: 'fulfilled',
      hold: '',
      released: true,
    } as const;
    expect(planned(['WAX-02'], [released])).toBe(released);
  });
});

describe('a new order', () => {
  it('may be at the service already only if its connection is in shadow mode', () => {
    expect(queuedOrder()).not.toHaveProperty('takeover');
    expect(queuedOrder(sale(), {}, connection({ mode: 'shadow' })).takeover).toEqual({
      state: 'possible',
      number: '',
      isPartlyShipped: false,
    });
  });

  it.each(['simple', 'advanced'] as const)('of a sale that is %s is of such a sale', (type) => {
    expect(queuedOrder(sale({ type })).saleType).toBe(type);
  });

  const TOLD = '2026-02-03T08:59:00.000Z';
  const rest = sale({ lines: [line({ quantity: 5 }), ...sale().lines.slice(1)] });

  it.each<[string, Partial<PlanningInput>, string | undefined]>([
    ['of a sale that was just authorised', { toldAt: TOLD }, TOLD],
    ['of a reading of which it is not known what caused it', {}, undefined],
    ['of a sale that was authorised before', { toldAt: TOLD, wasAuthorised: true }, undefined],
    ['of a pick, after its sale was authorised', { ...PICKED, toldAt: TOLD, wasAuthorised: true }, TOLD],
    [
      'of what was added to a sale whose goods had left',
      { sale: rest, orders: [leftOrder()], toldAt: TOLD },
      undefined,
    ],
  ])('%s knows since when the sale was authorised only where it waited for nothing else', (_, input, at) => {
    const first = { sale: sale(), connections: [connection()], orders: [], by: 'test', now: NOW };
    const created = planSale({ ...first, ...input }).changes.filter(({ order }) => order.version === 1);
    expect(created.map(({ order }) => order.authorisedAt)).toEqual([at]);
  });

  it('names in its log no rule where none chose its connection', () => {
    const { log, reason } = queuedOrder();
    expect(log[0]?.what).toBe(`Ordered from lantern. ${reason}`);
  });
});

it('a new order knows nothing of its service and of DEAR’s stages yet', () => {
  expect(queuedOrder()).toMatchObject({
    submission: { state: 'none', attempt: 0, providerOrderId: '', at: '' },
    cancellation: { state: 'none', at: '' },
    confirmation: { state: 'none', attempt: 0, packages: [], taskId: '', corrections: [], at: '' },
    shownStatus: '',
  });
});
