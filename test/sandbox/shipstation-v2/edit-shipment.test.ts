import { describe, expect, it } from 'vitest';
import { shipmentBody, startSandbox } from './sandbox-harness.ts';

describe('POST /sandbox/shipments/{id}/edit', () => {
  it('changes the given fields only', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id, packages } = await createOne('SO-1-1');
    const dimensions = { length: 30, width: 20, height: 15 };
    await call('POST', `/sandbox/shipments/${shipment_id}/edit`, {
      warehouseId: 'se-1002',
      carrierId: 'se-2003',
      tags: ['fragile'],
      dimensions,
    });
    expect(await shipmentById(shipment_id)).toMatchObject({
      warehouse_id: 'se-1002',
      carrier_id: 'se-2003',
      tags: [{ name: 'fragile' }],
      packages: [{ weight: packages[0]?.weight, dimensions: { unit: 'centimeter', ...dimensions } }],
      internal_notes: shipmentBody('SO-1-1').internal_notes,
    });
  });

  it('changes the warehouse of the shipment, which its label does not show', async () => {
    const { createOne, call, buyLabel, shipmentById } = await startSandbox();
    const { shipment_id, ship_from } = await createOne('SO-1-1');
    expect(ship_from).toMatchObject({ city_locality: 'Austin' });
    await call('POST', `/sandbox/shipments/${shipment_id}/edit`, { warehouseId: 'se-1002' });
    expect(await buyLabel(shipment_id)).not.toHaveProperty('warehouse_id');
    expect(await shipmentById(shipment_id)).toMatchObject({
      warehouse_id: 'se-1002',
      ship_from: { city_locality: 'Reno' },
      return_to: { city_locality: 'Reno' },
    });
  });

  it('refuses an unknown warehouse and a shipped shipment', async () => {
    const { createOne, call, buyLabel } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const edit = (warehouseId: string) =>
      call('POST', `/sandbox/shipments/${shipment_id}/edit`, { warehouseId });
    expect((await edit('se-9')).status).toBe(400);
    await buyLabel(shipment_id);
    expect((await edit('se-1002')).body.errors[0]?.error_code).toBe('invalid_status');
  });
});

describe('POST /sandbox/shipments/{id}/hold', () => {
  it('prevents shipping and changes until the shipment is released', async () => {
    const { createOne, call, buyLabel, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await call('POST', `/sandbox/shipments/${shipment_id}/hold`);
    expect((await call('POST', `/v2/labels/shipment/${shipment_id}`, {})).status).toBe(400);
    expect((await call('PUT', `/v2/shipments/${shipment_id}`, shipmentBody('SO-1-1'))).status).toBe(400);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('on_hold');
    await call('POST', `/sandbox/shipments/${shipment_id}/release`);
    expect((await buyLabel(shipment_id)).status).toBe('completed');
  });

  it('does not prevent a cancellation', async () => {
    const { createOne, call, shipmentById } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await call('POST', `/sandbox/shipments/${shipment_id}/hold`);
    expect((await call('PUT', `/v2/shipments/${shipment_id}/cancel`, {})).status).toBe(204);
    expect((await shipmentById(shipment_id)).shipment_status).toBe('cancelled');
    expect((await call('POST', `/sandbox/shipments/${shipment_id}/release`)).status).toBe(400);
  });
});
