import type { ShipmentRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { shipmentBody, startSandbox } from './sandbox-harness.ts';

const body = shipmentBody('SO-1-1');
const [item] = body.items;

describe('POST /v2/shipments', () => {
  it('creates a pending shipment with ShipStation’s own fields', async () => {
    const { createOne, timeline } = await startSandbox();
    const row = await createOne('SO-1-1');
    expect(row).toMatchObject({
      errors: [],
      shipment_id: expect.stringMatching(/^se-\d+$/),
      external_shipment_id: 'SO-1-1',
      shipment_status: 'pending',
      created_at: new Date(timeline.now()).toISOString(),
      total_weight: { value: 1400, unit: 'gram' },
      sales_order_ids: [expect.stringMatching(/^se-/)],
      ship_from: { city_locality: 'Austin' },
      return_to: { city_locality: 'Austin' },
      confirmation: 'none',
      insurance_provider: 'none',
      tags: [],
      items: [{ sales_order_id: row.sales_order_ids[0] }, { item_id: expect.stringMatching(/^se-/) }],
    });
    for (const name of ['sales_order_id', 'create_sales_order', 'validate_address']) {
      expect(row).not.toHaveProperty(name);
    }
  });

  it('generates identifiers that the request omits', async () => {
    const { createOne } = await startSandbox();
    const row = await createOne('SO-1-1', { external_shipment_id: null, shipment_number: null });
    expect(row.external_shipment_id).toBe(row.shipment_id);
  });

  it.each([
    ['no phone', { ship_to: { ...body.ship_to, phone: undefined } }, 'field_value_required', 'ship_to.phone'],
    ['an empty phone', { ship_to: { ...body.ship_to, phone: '' } }, 'invalid_string_length', 'ship_to.phone'],
    [
      'no street',
      { ship_to: { ...body.ship_to, address_line1: undefined } },
      'field_value_required',
      'address_line1',
    ],
    [
      'a country by its name',
      { ship_to: { ...body.ship_to, country_code: 'Norway' } },
      'invalid_field_value',
      'country_code',
    ],
    ...['UK', 'EU', 'FX', 'XK', 'ZZ', 'us'].map((code): [string, object, string, string] => [
      `the country code ${code}`,
      { ship_to: { ...body.ship_to, country_code: code } },
      'invalid_field_value',
      'country_code',
    ]),
    ...['US', 'DK'].map((code): [string, object, string, string] => [
      `an empty state in ${code}`,
      { ship_to: { ...body.ship_to, country_code: code, state_province: '' } },
      'invalid_string_length',
      'state_province',
    ]),
    ...[
      ['US', 'Colorado'],
      ['US', 'ON'],
      ['CA', 'Ontario'],
      ['AU', 'New South Wales'],
      ['US', '-'],
    ].map(([code, state]): [string, object, string, string] => [
      `the state ${state} in ${code}`,
      { ship_to: { ...body.ship_to, country_code: code, state_province: state } },
      'invalid_field_value',
      'state_province',
    ]),
    [
      'a fractional quantity',
      { items: [{ ...item, quantity: 2.5 }] },
      'invalid_field_value',
      'items.0.quantity',
    ],
    ['a negative tax', { items: [{ ...item, tax_amount: -0.01 }] }, 'invalid_field_value', 'tax_amount'],
    ['a negative amount', { amount_paid: { currency: 'usd', amount: -1 } }, 'invalid_field_value', 'amount'],
    [
      'a package of one gram',
      { packages: [{ weight: { value: 1, unit: 'gram' } }] },
      'invalid_field_value',
      'weight',
    ],
    ['a negative price', { items: [{ ...item, unit_price: -0.01 }] }, 'invalid_field_value', 'unit_price'],
    ['a quantity of none', { items: [{ ...item, quantity: 0 }] }, 'invalid_field_value', 'items.0.quantity'],
    ['no items', { items: [] }, 'invalid_field_value', 'items'],
    ['no packages', { packages: undefined }, 'field_value_required', 'packages'],
    [
      'a weightless package',
      { packages: [{ weight: { value: 0, unit: 'gram' } }] },
      'invalid_field_value',
      'weight',
    ],
    [
      'a unit that is none',
      { packages: [{ weight: { value: 2, unit: 'kg' } }] },
      'invalid_field_value',
      'unit',
    ],
    [
      'a long external id',
      { external_shipment_id: 'x'.repeat(51) },
      'invalid_string_length',
      'external_shipment_id',
    ],
    [
      'a long external id of an item',
      { items: [{ ...item, external_order_item_id: 'x'.repeat(51) }] },
      'invalid_string_length',
      'external_order_item_id',
    ],
    ['a control character', { notes_from_buyer: 'Ring\u0007' }, 'invalid_field_value', 'notes_from_buyer'],
    ['half a character', { notes_from_buyer: 'Ring \ud83d' }, 'invalid_field_value', 'notes_from_buyer'],
    ['a long number', { shipment_number: 'x'.repeat(51) }, 'invalid_string_length', 'shipment_number'],
    [
      'a long custom field',
      { advanced_options: { custom_field1: 'x'.repeat(101) } },
      'invalid_string_length',
      'custom_field1',
    ],
    [
      'a currency in capitals',
      { amount_paid: { currency: 'USD', amount: 1 } },
      'invalid_field_value',
      'currency',
    ],
    ['no origin', { warehouse_id: undefined }, 'invalid_field_value', 'warehouse_id'],
    ['two origins', { ship_from: body.ship_to }, 'invalid_field_value', 'warehouse_id'],
  ])('refuses %s', async (_, overrides, code, field) => {
    const { create, call } = await startSandbox();
    const answer = await create({ ...body, ...overrides });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ error_type: 'validation', error_code: code });
    expect(answer.body.errors[0]?.message).toContain(field);
    expect((await call<{ total: number }>('GET', '/v2/shipments')).body.total).toBe(0);
  });

  it('accepts any state of a country without abbreviations', async () => {
    const { createOne } = await startSandbox();
    const row = await createOne('SO-1-1', {
      ship_to: { ...body.ship_to, country_code: 'DK', state_province: 'DK' },
    });
    expect(row.errors).toEqual([]);
  });

  it.each(['external_shipment_id', 'shipment_number'])(
    'refuses a second use of %s, also after a cancel',
    async (field) => {
      const { create, createOne, call } = await startSandbox();
      const first = await createOne('SO-1-1');
      await call('PUT', `/v2/shipments/${first.shipment_id}/cancel`, {});
      const second = await create({ ...shipmentBody('SO-2-1'), [field]: 'SO-1-1' });
      expect(second.status).toBe(400);
      expect(second.body.errors).toMatchObject([{ error_code: 'identifier_conflict' }]);
    },
  );

  it('returns a result for each row', async () => {
    const { call } = await startSandbox();
    const rows = [
      shipmentBody('SO-1-1'),
      { ...shipmentBody('SO-2-1'), warehouse_id: 'se-9' },
      shipmentBody('SO-3-1'),
    ];
    const { status, body: answer } = await call<{
      has_errors: boolean;
      shipments: Array<ShipmentRow & { errors: string[] }>;
    }>('POST', '/v2/shipments', { shipments: rows });
    expect([status, answer.has_errors]).toEqual([200, true]);
    expect(answer.shipments.map(({ errors }) => errors.length)).toEqual([0, 1, 0]);
    expect((await call<{ total: number }>('GET', '/v2/shipments')).body.total).toBe(2);
  });

  it('refuses a body that is not JSON', async () => {
    const { call } = await startSandbox();
    expect((await call('POST', '/v2/shipments', '{')).status).toBe(400);
  });
});
