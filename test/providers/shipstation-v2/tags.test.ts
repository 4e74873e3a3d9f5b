import { manualTimeline } from 'dear-sandbox/kit';
import { type ShipmentRow, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Rejected } from '../../../lib/domain/errors.ts';
import type { ShipStationClient } from '../../../lib/providers/shipstation-v2/client.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import type { ShipmentRequest } from '../../../lib/providers/shipstation-v2/order-request.ts';
import { shipStationV2 } from '../../../lib/providers/shipstation-v2/provider.ts';
import { shipStationV2Settings } from '../../../lib/providers/shipstation-v2/settings.ts';
import { createTagged, toTags } from '../../../lib/providers/shipstation-v2/tags.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { sandboxCaller } from '../../contract/sandbox-caller.ts';

describe('the tags of an order', () => {
  it.each<[string[], object, string[]]>([
    [['DEAR', 'Wholesale'], {}, ['DEAR', 'Wholesale']],
    [['{channel}', 'From {location}'], {}, ['Trade counter', 'From ShipStation Austin']],
    [['{channel}', 'Via {shippingMethod}'], { sourceChannel: ' ', shippingMethod: '' }, []],
    [['dear', 'DEAR', '{channel}'], { sourceChannel: 'Dear' }, ['Dear']],
    [['{channel}'], { sourceChannel: 'eBay\r\n {location} $& ' }, ['eBay {location} $&']],
  ])('of %j with %j are %j', (tags, fields, expected) => {
    expect(toTags(tags, sampleOrder(fields))).toEqual(expected);
  });

  it.each(['{customer}', 'a {channel', '{}', '}'])('cannot be set to %j', (tag) => {
    const { tags } = shipStationV2Settings();
    expect(tags.safeParse([tag]).success).toBe(false);
    expect(z.array(z.string()).parse(tags.parse(['DEAR', '{channel}']))).toEqual(['DEAR', '{channel}']);
  });
});

describe('creating a shipment with tags', () => {
  const body = toShipStationOrder(sampleOrder(), { warehouseId: 'se-1001' });
  const CREATED = { shipment_id: 'se-1', shipment_status: 'pending', errors: [] };

  /** An account that refuses tags in a create with this message. */
  function accountThat(message: string, addTag: ShipStationClient['addTag'] = async () => undefined) {
    const created: ShipmentRequest[] = [];
    const createShipment = async (request: ShipmentRequest) => {
      created.push(request);
      return request.tags === undefined ? CREATED : { ...CREATED, shipment_id: '', errors: [message] };
    };
    return { created, deps: { client: { createShipment, addTag }, system: 'shipstation' } };
  }

  it.each(['tags[0].name is unknown', 'The tag does not exist.', 'Unknown Tags'])(
    'creates it without them where the refusal is: %s',
    async (message) => {
      const { created, deps } = accountThat(message);
      const { row, missing } = await createTagged(body, ['DEAR'], deps);
      expect([row, missing]).toEqual([CREATED, []]);
      expect(created.map(({ tags }) => tags)).toEqual([[{ name: 'DEAR' }], undefined]);
    },
  );

  it('sends no list of tags where none is set', async () => {
    const { created, deps } = accountThat('no tags');
    expect(await createTagged(body, [], deps)).toEqual({ row: CREATED, missing: [] });
    expect(created).toEqual([body]);
  });

  it.each([
    ['names an error', { ...CREATED, errors: ['no such warehouse'] }],
    ['names no shipment', { ...CREATED, shipment_id: '' }],
  ])('is refused where the answer %s', async (_, row) => {
    const client = { createShipment: async () => row, addTag: async () => undefined };
    const creating = createTagged(body, [], { client, system: 'shipstation' });
    await expect(creating).rejects.toMatchObject({
      kind: 'rejected',
      details: { system: 'shipstation', operation: 'create shipment', reference: 'SO-20417-1' },
    });
  });

  it('throws a fault of the program instead of leaving a tag out', async () => {
    const { deps } = accountThat('no such tag', async () => {
      throw new TypeError('not an answer');
    });
    await expect(createTagged(body, ['DEAR'], deps)).rejects.toThrow(TypeError);
  });
});

describe('an order with tags in ShipStation', () => {
  const closing: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function open() {
    const timeline = manualTimeline();
    const sandbox = await startShipStationSandbox({ port: 0, apiKey: 'k-1', timeline });
    const settings = { baseUrl: sandbox.url, warehouseId: 'se-1001', tags: ['DEAR', '{channel}'] };
    const provider = shipStationV2({ system: 'shipstation', settings, apiKey: 'k-1', now: timeline.now });
    closing.push(sandbox.close, provider.close);
    const call = sandboxCaller(sandbox.url, { 'api-key': 'k-1' });
    const tags = async (id: string) =>
      (await call<ShipmentRow>('GET', `/v2/shipments/${id}`)).tags.map(({ name }) => name);
    const count = async () =>
      (await call<{ shipments: ShipmentRow[] }>('GET', '/sandbox/shipments')).shipments.length;
    return { provider, call, tags, count, calls: sandbox.calls };
  }

  it('gets them with its creation, in one call', async () => {
    const { provider, tags, calls } = await open();
    const accepted = await provider.submit(sampleOrder());
    expect(accepted).not.toHaveProperty('remarks');
    expect(await tags(accepted.providerOrderId)).toEqual(['DEAR', 'Trade counter']);
    expect(calls().filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('is sent without them and tagged afterwards where a create with an unknown tag is refused', async () => {
    const { provider, call, tags, count } = await open();
    await call('PATCH', '/sandbox/settings', { refusesUnknownTags: true });
    const accepted = await provider.submit(sampleOrder());
    expect(accepted).not.toHaveProperty('remarks');
    expect(await tags(accepted.providerOrderId)).toEqual(['DEAR', 'Trade counter']);
    const second = await provider.submit(sampleOrder({ reference: 'SO-20418-1' }));
    expect(await tags(second.providerOrderId)).toEqual(['DEAR', 'Trade counter']);
    expect(await count()).toBe(2);
  });

  it('is sent, with a remark, where no tag is taken at all', async () => {
    const { provider, call, tags, count } = await open();
    await call('PATCH', '/sandbox/settings', { refusesUnknownTags: true });
    const match = { path: '/tags/', method: 'POST' };
    await call('POST', '/sandbox/faults', { kind: 'status', status: 400, match, times: 2 });
    const accepted = await provider.submit(sampleOrder());
    expect(accepted.remarks).toEqual([
      "ShipStation did not take the tag 'DEAR': add it there.",
      "ShipStation did not take the tag 'Trade counter': add it there.",
    ]);
    expect(await tags(accepted.providerOrderId)).toEqual([]);
    expect(await count()).toBe(1);
  });

  it('is refused for any other reason as without tags', async () => {
    const { provider, call, count } = await open();
    await call('POST', '/sandbox/faults', {
      kind: 'status',
      status: 400,
      code: 'invalid_address',
      message: 'The vintage street is unknown.',
      match: { method: 'POST' },
    });
    await expect(provider.submit(sampleOrder())).rejects.toBeInstanceOf(Rejected);
    expect(await count()).toBe(0);
  });

  it('keeps what a packer made of them, when the order is changed', async () => {
    const { provider, call, tags } = await open();
    const { providerOrderId: id } = await provider.submit(sampleOrder());
    const changed = sampleOrder({ lines: [sampleLine({ quantity: 3 })] });
    await call('POST', `/sandbox/shipments/${id}/edit`, { tags: ['fragile'] });
    await provider.update(id, changed, [sampleOrder()]);
    expect(await tags(id)).toEqual(['fragile']);
    await call('POST', `/sandbox/shipments/${id}/edit`, { tags: [] });
    await provider.update(id, changed, [changed]);
    expect(await tags(id)).toEqual([]);
  });
});
