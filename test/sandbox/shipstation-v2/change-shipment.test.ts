import type { ShipmentRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { shipmentBody, startSandbox } from './sandbox-harness.ts';

const body = shipmentBody('SO-1-1');
const [item] = body.items;

describe('PUT /v2/shipments/{id}', () => {
  it('replaces the whole object of a pending shipment', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const { notes_from_buyer: _, ...rest } = body;
    expect(
      (await call('PUT', `/v2/shipments/${shipment_id}`, { ...rest, internal_notes: 'New' })).status,
    ).toBe(200);
    const replaced = await shipmentById(shipment_id);
    expect(replaced.internal_notes).toBe('New');
    expect(replaced).not.toHaveProperty('notes_from_buyer');
  });

  it.each([
    ['another external id', { external_shipment_id: 'SO-9-1' }, 'identifiers_must_match'],
    ['the number of another', { shipment_number: 'SO-2-1' }, 'identifier_conflict'],
  ])('refuses %s', async (_, overrides, code) => {
    const { createOne, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await createOne('SO-2-1');
    const answer = await call('PUT', `/v2/shipments/${shipment_id}`, { ...body, ...overrides });
    expect(answer.body.errors[0]?.error_code).toBe(code);
  });

  it.each(['shipment_id', 'shipment_status', 'created_at', 'total_weight'])(
    'refuses a shipment with the read-only field %s',
    async (field) => {
      const { createOne, call, shipmentById } = await startSandbox();
      const row = await createOne('SO-1-1');
      const changed = { ...body, internal_notes: 'New', [field]: row[field as keyof typeof row] };
      const answer = await call('PUT', `/v2/shipments/${row.shipment_id}`, changed);
      expect([answer.status, answer.body.errors[0]?.message]).toEqual([400, `${field}: is read-only`]);
      expect((await shipmentById(row.shipment_id)).internal_notes).not.toBe('New');
    },
  );

  it.each(['shipment_package_id', 'tracking_number'])(
    'refuses a package with the read-only field %s',
    async (field) => {
      const { createOne, call } = await startSandbox();
      const { shipment_id, packages } = await createOne('SO-1-1');
      expect(packages).toMatchObject([{ shipment_package_id: `${shipment_id}-p1` }]);
      const [box] = body.packages;
      const changed = { ...body, packages: [{ ...box, [field]: 'x' }] };
      const answer = await call('PUT', `/v2/shipments/${shipment_id}`, changed);
      expect([answer.status, answer.body.errors[0]?.message]).toEqual([
        400,
        `packages.0.${field}: is read-only`,
      ]);
    },
  );

  it('rewrites streets, postal codes and SKUs where the settings say so', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    await call('PATCH', '/sandbox/settings', { rewrites: true });
    const ship_to = { ...body.ship_to, address_line1: '9 Cedar  Lane', postal_code: '80202' };
    const { shipment_id } = await createOne('SO-1-1', { ship_to });
    expect(await shipmentById(shipment_id)).toMatchObject({
      ship_to: { address_line1: '9 CEDAR LN', postal_code: '80202-0001' },
      items: body.items.map(({ sku }) => ({ sku: (sku ?? '').toLowerCase() })),
    });
  });

  it('refuses an unknown warehouse', async () => {
    const { createOne, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const changed = { ...body, warehouse_id: 'se-9' };
    const answer = await call('PUT', `/v2/shipments/${shipment_id}`, changed);
    expect(answer.body.errors[0]?.error_code).toBe('invalid_identifier');
  });

  it('refuses a shipment that has a label', async () => {
    const { createOne, buyLabel, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await buyLabel(shipment_id);
    const answer = await call('PUT', `/v2/shipments/${shipment_id}`, body);
    expect(answer.body.errors[0]?.error_code).toBe('invalid_status');
  });
});

describe('PUT /v2/shipments/{id}/cancel', () => {
  it('requires a body and cancels once', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const path = `/v2/shipments/${shipment_id}/cancel`;
    expect((await call('PUT', path)).status).toBe(411);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('pending');
    expect((await call('PUT', path, {})).status).toBe(204);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('cancelled');
    expect((await call('PUT', path, {})).status).toBe(400);
  });

  it('refuses a shipment until its label is voided', async () => {
    const { createOne, buyLabel, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const { label_id } = await buyLabel(shipment_id);
    const path = `/v2/shipments/${shipment_id}/cancel`;
    expect((await call('PUT', path, {})).body.errors[0]?.error_code).toBe('invalid_status');
    await call('PUT', `/v2/labels/${label_id}/void`);
    expect((await call('PUT', path, {})).status).toBe(204);
  });
});

describe('POST /sandbox/shipments/{id}/split', () => {
  it('keeps the first part and creates shipments for the others', async () => {
    const { createOne, call } = await startSandbox();
    const lines = ['a', 'b', 'c'].map((key) => ({ ...item, external_order_item_id: key }));
    const whole = await createOne('SO-1-1', { items: lines });
    const split = await call<{ shipments: ShipmentRow[] }>(
      'POST',
      `/sandbox/shipments/${whole.shipment_id}/split`,
      { itemsPerPart: 2 },
    );
    expect(split.body.shipments.map(getIdentity)).toEqual([
      ['SO-1-1', 'SO-1-1', 'SO-1-1', 'a,b'],
      [null, 'SO-1-1', 'SO-1-1', 'c'],
    ]);
    const [first, second] = split.body.shipments;
    expect(second?.shipment_id).not.toBe(first?.shipment_id);
    expect(second?.sales_order_ids).toEqual(whole.sales_order_ids);
    const items = split.body.shipments.flatMap((row) => row.items);
    expect(new Set(items.map(({ sales_order_id }) => sales_order_id))).toEqual(new Set([null]));
  });

  it('keeps the given goods, and moves the rest of each line to one part', async () => {
    const { createOne, call } = await startSandbox();
    const items = [
      { ...item, sku: 'MUG', quantity: 3 },
      { ...item, sku: 'LAMP', quantity: 1 },
      { ...item, sku: 'TENT', quantity: 2 },
    ];
    const { shipment_id } = await createOne('SO-1-1', { items });
    const path = `/sandbox/shipments/${shipment_id}/split`;
    const keeps = [
      { sku: 'MUG', quantity: 1 },
      { sku: 'LAMP', quantity: 1 },
    ];
    const split = await call<{ shipments: ShipmentRow[] }>('POST', path, { keeps });
    const goods = split.body.shipments.map((row) => row.items.map(({ sku, quantity }) => [sku, quantity]));
    expect(goods).toEqual([
      [
        ['MUG', 1],
        ['LAMP', 1],
      ],
      [
        ['MUG', 2],
        ['TENT', 2],
      ],
    ]);
    expect((await call('POST', path, { keeps })).status).toBe(400);
  });

  it('removes the named fields from every part', async () => {
    const { createOne, call } = await startSandbox();
    const items = ['a', 'b'].map((key) => ({ ...item, external_order_item_id: key }));
    const { shipment_id } = await createOne('SO-1-1', { items });
    const loses = ['external_shipment_id', 'external_order_id', 'items.external_order_id', 'sales_order_ids'];
    const split = await call<{ shipments: ShipmentRow[] }>(
      'POST',
      `/sandbox/shipments/${shipment_id}/split`,
      {
        itemsPerPart: 1,
        loses,
      },
    );
    const rows = split.body.shipments;
    expect(rows.map(getIdentity)).toEqual([
      [null, null, 'SO-1-1', 'a'],
      [null, null, 'SO-1-1', 'b'],
    ]);
    expect(rows.flatMap(({ sales_order_ids }) => sales_order_ids)).toEqual([]);
    expect(rows.flatMap((row) => row.items).every((each) => each.external_order_id === null)).toBe(true);
  });

  it('refuses a shipment with too few items', async () => {
    const { createOne, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    expect((await call('POST', `/sandbox/shipments/${shipment_id}/split`, { itemsPerPart: 2 })).status).toBe(
      400,
    );
  });
});

function getIdentity(row: ShipmentRow) {
  const keys = row.items.map((each) => each.external_order_item_id).join();
  return [row.external_shipment_id, row.external_order_id, row.shipment_number, keys];
}
