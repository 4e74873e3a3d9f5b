import { describe, expect, it } from 'vitest';
import {
  fromShipStationLabel,
  fromShipStationReturn,
  getVoidCause,
  isOutgoing,
  isReturning,
  isWithdrawn,
  toLabelId,
} from '../../../lib/providers/shipstation-v2/shipment-mapper.ts';
import { aLabel, anItem, aShipment } from './sample-rows.ts';

describe('fromShipStationLabel', () => {
  it('reports goods, carrier, time and cost', () => {
    expect(fromShipStationLabel(aLabel(), aShipment())).toEqual([
      {
        id: 'label:se-501',
        reference: 'SO-7-1',
        providerOrderId: 'se-90',
        trackingNumbers: ['1Z0001'],
        carrier: 'UPS',
        service: 'ups_ground',
        shippedAt: '2026-01-06T00:00:00.000Z',
        cost: { amount: 9.15, currency: 'USD' },
        warehouse: 'se-1001',
        contents: [{ key: 'line-1', sku: 'CUP', quantity: 3, batch: '', expiry: '' }],
      },
    ]);
  });

  it('reports every tracking number of a label once, in order', () => {
    const packages = [
      { tracking_number: '1Z0001' },
      { tracking_number: '1Z0002' },
      { tracking_number: null },
      { tracking_number: '1Z0003' },
    ];
    expect(fromShipStationLabel(aLabel({ packages }), aShipment())[0]?.trackingNumbers).toEqual([
      '1Z0001',
      '1Z0002',
      '1Z0003',
    ]);
  });

  const BARE = {
    shipment_id: 'se-91',
    external_shipment_id: null,
    external_order_id: null,
    shipment_number: 'se-91',
    items: [anItem({ external_order_id: null, external_order_item_id: null })],
  };

  it.each([
    ['external order id', { external_order_id: 'SO-7-1', external_shipment_id: 'SO-7-1-b' }],
    ['external id', { external_shipment_id: 'SO-7-1' }],
    ['items', { items: [anItem({ sku: 'GIFT', external_order_id: null }), anItem()] }],
    ['number, as a part of a split', { shipment_number: 'SO-7-1' }],
    ['number, with its lines removed', { shipment_number: 'SO-7-1', items: [] }],
  ])('finds the order by the shipment’s %s, whatever is on the label', (_, overrides) => {
    const row = aShipment({ ...BARE, ...overrides });
    for (const own of ['SEAuto-0f3c', 'se-91', 'of another system', null]) {
      const label = aLabel({ shipment_id: 'se-91', external_shipment_id: own, external_order_id: null });
      expect(fromShipStationLabel(label, row).map(({ reference }) => reference)).toEqual(['SO-7-1']);
    }
  });

  it.each(['SEAuto-0f3c', 'seauto-0f3c', 'se-91', null])(
    'ignores the generated external id %s',
    (external_shipment_id) => {
      const row = aShipment({ ...BARE, external_shipment_id });
      const label = aLabel({ shipment_id: 'se-91', external_shipment_id, external_order_id: null });
      expect(fromShipStationLabel(label, row)).toEqual([]);
      expect(fromShipStationLabel(label, null)).toEqual([]);
    },
  );

  it('reports a parcel whose lines were all replaced by lines without a reference under its order, without goods', () => {
    const items = [anItem({ sku: 'OTHER', external_order_id: 'store-77' })];
    expect(fromShipStationLabel(aLabel(), aShipment({ items }))).toMatchObject([
      { reference: 'store-77' },
      { reference: 'SO-7-1', contents: [] },
    ]);
  });

  it('reports a merged order under each of its orders, each with its own goods', () => {
    const items = [anItem(), anItem({ external_order_id: 'SO-8-1', external_order_item_id: 'line-2' })];
    const reported = fromShipStationLabel(aLabel(), aShipment({ items }));
    expect(reported.map(({ reference, contents }) => [reference, contents])).toEqual([
      ['SO-7-1', [expect.objectContaining({ key: 'line-1' })]],
      ['SO-8-1', [expect.objectContaining({ key: 'line-2' })]],
    ]);
  });

  it('reads batch, expiry and a fractional quantity back from the options', () => {
    const options = [
      { name: 'Quantity', value: '2.5' },
      { name: 'Batch', value: 'L-77' },
      { name: 'Expiry', value: '2027-02-01' },
    ];
    const [reported] = fromShipStationLabel(
      aLabel(),
      aShipment({ items: [anItem({ quantity: 1, options })] }),
    );
    expect(reported?.contents).toEqual([
      { key: 'line-1', sku: 'CUP', quantity: 2.5, batch: 'L-77', expiry: '2027-02-01' },
    ]);
  });

  it('does not count discounts and charges as goods', () => {
    const items = [
      anItem(),
      anItem({ sku: null, quantity: 1, external_order_item_id: 'bridge-adjustment-1' }),
    ];
    expect(fromShipStationLabel(aLabel(), aShipment({ items }))[0]?.contents).toHaveLength(1);
  });

  it('reports goods that were added in ShipStation without a key', () => {
    const items = [
      anItem(),
      anItem({ sku: 'FREEBIE', external_order_item_id: null, external_order_id: null }),
    ];
    expect(fromShipStationLabel(aLabel(), aShipment({ items }))[0]?.contents).toContainEqual(
      expect.objectContaining({ key: '', sku: 'FREEBIE' }),
    );
  });

  it('reports no goods where the shipment is gone or empty', () => {
    for (const unclear of [null, aShipment({ items: null })]) {
      expect(fromShipStationLabel(aLabel(), unclear)).toMatchObject([
        { reference: 'SO-7-1', contents: 'remaining' },
      ]);
    }
    expect(fromShipStationLabel(aLabel(), null)[0]?.warehouse).toBe('');
  });

  it('has the id of its label, by which that is voided, and no other parcel has one', () => {
    const [parcel] = fromShipStationLabel(aLabel(), aShipment());
    expect(toLabelId(parcel?.id ?? '')).toBe('se-501');
    expect(toLabelId('fulfillment:se-801')).toBeNull();
  });

  it('reports nothing for an order without a reference', () => {
    const foreign = { external_shipment_id: 'se-90', external_order_id: null, shipment_number: null };
    const items = [anItem({ external_order_id: null })];
    expect(fromShipStationLabel(aLabel(foreign), aShipment({ ...foreign, items }))).toEqual([]);
  });

  it('keeps an unknown carrier’s code, and dates the parcel by its label where it has no ship date', () => {
    const bare = aLabel({ carrier_code: 'hedgehog_post', ship_date: null, shipment_cost: null });
    expect(fromShipStationLabel(bare, aShipment())).toMatchObject([
      { carrier: 'hedgehog_post', shippedAt: '2026-01-06T09:30:00.000Z', cost: null },
    ]);
  });

  it.each([
    ['bought', {}, 'left'],
    ['voided', { voided: true, status: 'voided' }, 'withdrawn'],
    ['voided, and still called completed', { voided: true }, 'withdrawn'],
    ['called voided alone', { status: 'voided' }, 'withdrawn'],
    ['a return', { is_return_label: true }, 'come back'],
    ['a voided return', { is_return_label: true, voided: true, status: 'voided' }, 'nothing'],
    ['a return still processing', { is_return_label: true, status: 'processing' }, 'nothing'],
    ['still processing', { status: 'processing' }, 'nothing'],
    ['in error', { status: 'error' }, 'nothing'],
    ['a test', { test_label: true }, 'nothing'],
    ['a voided test', { test_label: true, voided: true, status: 'voided' }, 'nothing'],
    ['a test return', { test_label: true, is_return_label: true }, 'nothing'],
  ])('classifies a label that is %s as %s', (_, overrides, meaning) => {
    const row = aLabel(overrides);
    const meanings = { left: isOutgoing(row), 'come back': isReturning(row), withdrawn: isWithdrawn(row) };
    const holds = Object.entries(meanings).filter(([, applies]) => applies);
    expect(holds.map(([name]) => name)).toEqual(meaning === 'nothing' ? [] : [meaning]);
  });
});

describe('getVoidCause', () => {
  const at = (days: number) => new Date(Date.UTC(2026, 0, 6) + days * 86_400_000).toISOString();

  it.each([
    ['by hand the next day', { carrier_code: 'stamps_com', voided_at: at(1) }, 'voided'],
    ['by Refund Assist', { carrier_code: 'stamps_com', voided_at: at(21) }, 'refunded'],
    [
      'by Refund Assist, by the other name of the carrier',
      { carrier_code: 'usps', voided_at: at(25) },
      'refunded',
    ],
    [
      'late, of a carrier without Refund Assist',
      { carrier_code: 'ups_walleted', voided_at: at(25) },
      'voided',
    ],
    ['after its carrier scanned it', { tracking_status: 'in_transit', voided_at: at(1) }, 'refunded'],
    ['after it arrived', { tracking_status: 'delivered', voided_at: at(1) }, 'refunded'],
    ['at an unknown time', { carrier_code: 'stamps_com', voided_at: null }, 'voided'],
  ])('judges a label that was voided %s', (_, overrides, cause) => {
    expect(getVoidCause(aLabel({ created_at: at(0), voided: true, ...overrides }))).toBe(cause);
  });
});

describe('fromShipStationReturn', () => {
  const label = aLabel({ is_return_label: true });

  it('reports the order and the tracking number of a return', () => {
    expect(fromShipStationReturn(label, aShipment())).toEqual([
      {
        reference: 'SO-7-1',
        id: 'return:se-501',
        trackingNumbers: ['1Z0001'],
        reportedAt: '2026-01-06T00:00:00.000Z',
        progress: 'label',
        contents: [],
      },
    ]);
  });

  it('reports the goods where the return has its own shipment', () => {
    const own = aShipment({ is_return: true });
    expect(fromShipStationReturn(label, own)).toMatchObject([
      { contents: [{ key: 'line-1', sku: 'CUP', quantity: 3 }] },
    ]);
    const empty = aShipment({ is_return: true, items: [] });
    expect(fromShipStationReturn(label, empty)).toMatchObject([{ reference: 'SO-7-1', contents: [] }]);
  });

  it.each([
    ['unknown', 'label'],
    ['in_transit', 'under-way'],
    ['delivered', 'under-way'],
  ])('reports a label whose tracking is %s as %s', (tracking_status, progress) => {
    const scanned = aLabel({ is_return_label: true, tracking_status });
    expect(fromShipStationReturn(scanned, aShipment())).toMatchObject([{ progress }]);
  });

  it('reports no goods where the label was bought for the original shipment', () => {
    expect(fromShipStationReturn(label, null)).toMatchObject([{ reference: 'SO-7-1', contents: [] }]);
  });
});
