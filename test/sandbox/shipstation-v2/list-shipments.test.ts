import type { ShipmentRow } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

interface ShipmentList {
  shipments: ShipmentRow[];
  total: number;
  page: number;
  pages: number;
  links: Record<string, { href?: string }>;
}

describe('GET /v2/shipments', () => {
  it('lists 25 shipments to a page, newest first, with links', async () => {
    const { createOne, timeline, call } = await startSandbox();
    for (let index = 0; index < 27; index += 1) {
      await createOne(`SO-${100 + index}-1`);
      await timeline.advance(1000);
    }
    const first = (await call<ShipmentList>('GET', '/v2/shipments')).body;
    expect(first).toMatchObject({ total: 27, page: 1, pages: 2 });
    expect(first.shipments).toHaveLength(25);
    expect(first.shipments[0]?.external_shipment_id).toBe('SO-126-1');
    expect(first.links.prev).toEqual({});
    const next = (await call<ShipmentList>('GET', first.links.next!.href!)).body;
    expect(next.shipments.map((row) => row.external_shipment_id)).toEqual(['SO-101-1', 'SO-100-1']);
    const oldest = (await call<ShipmentList>('GET', '/v2/shipments?sort_dir=asc&page_size=1')).body;
    expect(oldest.shipments[0]?.external_shipment_id).toBe('SO-100-1');
  });

  it('filters by status and by the prefix of an identifier', async () => {
    const { createOne, buyLabel, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    await createOne('SO-1-10');
    await createOne('SO-2-1');
    await buyLabel(shipment_id);
    const total = async (query: string) =>
      (await call<ShipmentList>('GET', `/v2/shipments?${query}`)).body.total;
    expect(await total('external_shipment_id=SO-1-1')).toBe(2);
    expect(await total('shipment_number=SO-2-1')).toBe(1);
    expect(await total('shipment_status=label_purchased')).toBe(1);
    expect(await total('shipment_status=pending')).toBe(2);
  });

  it('links an empty list to its first and last page only', async () => {
    const { call, url } = await startSandbox();
    const { links } = (await call<ShipmentList>('GET', '/v2/shipments')).body;
    const only = { href: `${url}/v2/shipments?page=1` };
    expect(links).toEqual({ first: only, last: only, prev: {}, next: {} });
  });

  it.each([
    'shipment_status=shipped',
    'page=0',
    'page_size=9999',
    'page=two',
    'created_at_start=then',
    'sort_by=size',
  ])('refuses ?%s', async (query) => {
    const { call } = await startSandbox();
    const { status, body: answer } = await call('GET', `/v2/shipments?${query}`);
    expect([status, answer.errors[0]?.error_code]).toEqual([400, 'invalid_field_value']);
  });

  it('finds a shipment by either id and answers 404 for an unknown one', async () => {
    const { createOne, call } = await startSandbox();
    const { shipment_id } = await createOne('SO-1-1');
    const byOurs = await call<ShipmentRow>('GET', '/v2/shipments/external_shipment_id/SO-1-1');
    expect(byOurs.body.shipment_id).toBe(shipment_id);
    expect((await call('GET', '/v2/shipments/external_shipment_id/SO-1')).status).toBe(404);
    expect((await call('GET', '/v2/shipments/se-1')).status).toBe(404);
  });
});
