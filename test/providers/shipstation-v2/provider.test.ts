import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected, Unavailable, UnexpectedAnswer } from '../../../lib/domain/errors.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { shipStationV2 } from '../../../lib/providers/shipstation-v2/provider.ts';
import { deliveriesSince } from '../../contract/delivery-contract.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { shipmentsSince } from '../../contract/service-under-test.ts';
import { getSkus, getStock } from '../../contract/stock-contract.ts';
import { closedPort } from '../../upstream/server.ts';

/** Faults of a real network that the sandbox does not have: bad bodies, hanging and dead sockets. */
describe('shipStationV2', () => {
  const closing: Array<() => unknown> = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function serve(handle: RequestListener): Promise<{ url: string; server: Server }> {
    const server = createServer(handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  }

  function open(baseUrl: string, now: () => number = () => 0, timeoutMs = 60_000) {
    const settings = { baseUrl, warehouseId: 'se-1001' };
    const provider = shipStationV2({ system: 'shipstation', settings, apiKey: 'k-1', now, timeoutMs });
    closing.push(() => provider.close());
    return provider;
  }

  const answering = (body: string, status = 200) =>
    serve((_request, response) => void response.writeHead(status).end(body));

  it('throws Unavailable for a create where the connection is refused, as it may be repeated', async () => {
    await expect(open(`http://127.0.0.1:${await closedPort()}`).submit(sampleOrder())).rejects.toBeInstanceOf(
      Unavailable,
    );
  });

  it('throws AmbiguousWrite for a create without an answer in time', async () => {
    const { url } = await serve(() => undefined);
    const provider = open(url, undefined, 300);
    await expect(provider.submit(sampleOrder())).rejects.toBeInstanceOf(AmbiguousWrite);
    await expect(provider.find('SO-20417-1')).rejects.toBeInstanceOf(Unavailable);
  });

  it.each(['not json', '{"shipments":[]}', '{"shipments":"none"}', ''])(
    'throws AmbiguousWrite for a create whose answer is %j',
    async (body) => {
      const { url } = await answering(body);
      await expect(open(url).submit(sampleOrder())).rejects.toBeInstanceOf(AmbiguousWrite);
    },
  );

  it('throws UnexpectedAnswer for a read of another form, without quoting it', async () => {
    const { url } = await answering(
      '{"shipments":[{"ship_to":"Odalys Brandt"}],"total":1,"page":1,"pages":1}',
    );
    const failure: unknown = await open(url)
      .find('SO-20417-1')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnexpectedAnswer);
    expect(JSON.stringify([(failure as Error).stack, String((failure as Error).cause)])).not.toContain(
      'Odalys',
    );
  });

  it('stops reading an endless answer', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200);
      response.write('{"shipments":[],"total":0,"page":1,"pages":0,"more":"');
      for (let megabytes = 0; megabytes < 12; megabytes += 1) response.write('x'.repeat(1024 * 1024));
      response.end('"}');
    });
    await expect(open(url).find('SO-20417-1')).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('throws where ShipStation ignored a filter', async () => {
    const row = { shipment_id: 'se-1', shipment_status: 'pending', external_shipment_id: 'SO-1-1' };
    const { url } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://it').searchParams.get('page'));
      response.end(JSON.stringify({ shipments: [row], total: 40, page, pages: 40 }));
    });
    await expect(open(url).find('SO-20417-1')).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('rejects where a row was refused in an answer of 200', async () => {
    const { url } = await answering(
      '{"has_errors":true,"shipments":[{"errors":["warehouse_id is unknown"]}]}',
    );
    const failure: unknown = await open(url)
      .submit(sampleOrder())
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Rejected);
    expect((failure as Rejected).details.upstreamMessage).toBe('warehouse_id is unknown');
  });

  it.each([
    ['is empty, by reading the shipment again', '', 'done'],
    ['is the shipment', 'the shipment', 'done'],
    ['cannot be read', 'not json', 'ambiguous'],
  ])('knows the result of an update whose answer %s', async (_, answer, outcome) => {
    let held: object = {
      shipment_id: 'se-90',
      shipment_status: 'pending',
      external_shipment_id: 'SO-20417-1',
      items: toShipStationOrder(sampleOrder(), { warehouseId: 'se-1001' }).items,
    };
    const { url } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'PUT') held = { ...held, ...JSON.parse(Buffer.concat(chunks).toString()) };
        const silent = request.method === 'PUT' && answer !== 'the shipment';
        response.end(silent ? answer : JSON.stringify(held));
      });
    });
    const update = open(url).update('se-90', sampleOrder(), [sampleOrder()]);
    expect(
      await update.then(
        () => 'done',
        (error: { kind: string }) => error.kind,
      ),
    ).toBe(outcome);
    expect(held).toMatchObject({ ship_to: { address_line1: '77 Larkspur Lane' } });
  });

  it('throws UnexpectedAnswer for an invalid cursor', async () => {
    const { url } = await answering('{}');
    await expect(shipmentsSince(open(url), '{"labels":1}')).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('throws where the list of deliveries is incomplete', async () => {
    const { url } = await answering('{"labels":[],"total":3,"page":1,"pages":1}');
    const deliveries = deliveriesSince(open(url), '2026-01-01T00:00:00.000Z');
    await expect(deliveries).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it.each([
    ['changed while it was read', 3, Unavailable],
    ['lacks its end', 2, UnexpectedAnswer],
  ])('throws for a list of stock that %s', async (_, total, kind) => {
    const { url } = await serve((request, response) => {
      const isFirst = !(request.url ?? '').includes('page=2');
      const inventory = [{ sku: 'CUP', on_hand: 1, inventory_warehouse_id: 'se-71' }];
      const answer = isFirst
        ? { inventory, products: inventory, total: 2, links: { next: { href: '/v2/inventory?page=2' } } }
        : { inventory: [], products: [], total, links: { next: {} } };
      response.end(JSON.stringify(answer));
    });
    await expect(getStock(open(url))).rejects.toBeInstanceOf(kind);
    await expect(getSkus(open(url))).rejects.toBeInstanceOf(kind);
  });

  it('reuses its connections for many calls, and opens new ones after a pause', async () => {
    const row = { shipment_id: 'se-1', shipment_status: 'pending', external_shipment_id: 'SO-20417-1' };
    const { url, server } = await answering(
      JSON.stringify({ ...row, shipments: [row], total: 1, page: 1, pages: 1 }),
    );
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    let now = 0;
    const provider = open(url, () => now);
    for (let calls = 0; calls < 20; calls += 1) await provider.find('SO-20417-1');
    expect(connections).toBeLessThanOrEqual(2);
    const before = connections;
    now += 60_000;
    await provider.find('SO-20417-1');
    expect(connections).toBeGreaterThan(before);
    expect(connections).toBeLessThanOrEqual(before + 2);
  });
});
