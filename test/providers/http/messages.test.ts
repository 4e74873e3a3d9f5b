import { describe, expect, it } from 'vitest';
import type { ProviderBox } from '../../../lib/domain/ports/provider-box.ts';
import { httpDefinition } from '../../../lib/providers/http/definition.ts';
import { type SigningSecrets, sign } from '../../../lib/providers/http/signature.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const SECRETS = { signingSecret: 'the warehouse has this too', previousSigningSecret: '' };
const AT = '2026-01-05T09:00:00Z';
const SHIPMENT = {
  id: 'parcel-1',
  reference: 'SO-20417-1',
  status: 'shipped',
  shippedAt: AT,
  changedAt: AT,
  trackingNumbers: ['LW100100X'],
  carrier: 'Parcel Post',
};

/** An endpoint of a connection, with what it kept and asked for. */
function openEndpoint() {
  const box = inMemoryBox('warehouse', () => NOW);
  const asked: string[] = [];
  async function post(
    body: unknown,
    { secrets = SECRETS, at = NOW, id = 'msg_1', method = 'POST' }: Sending = {},
  ) {
    const rawBody = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await httpDefinition.endpoints!.serve(
      { method, path: 'messages', query: {}, headers: sign(rawBody, secrets, at, id), rawBody },
      { id: 'warehouse', ...{ baseUrl: 'https://wms.example' } },
      {
        box,
        now: () => NOW,
        readSecret: async () => SECRETS,
        requestCollection: async () => void asked.push('collection'),
        requestCheck: async () => void asked.push('check'),
      },
    );
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  }
  return { box, asked, post };
}

interface Sending {
  readonly secrets?: SigningSecrets;
  readonly at?: number;
  readonly id?: string;
  readonly method?: string;
}

async function getKept({ inbox }: ProviderBox): Promise<string[]> {
  const kept: string[] = [];
  for await (const { payloads } of inbox.after(null)) kept.push(...payloads.map(({ body }) => body));
  return kept;
}

function toMessage(type: string, data: object) {
  return { type, timestamp: AT, data };
}

describe('a message of the warehouse', () => {
  it('is kept before it is answered, and asks for a collection', async () => {
    const { box, asked, post } = openEndpoint();
    expect(await post(toMessage('shipment.updated', SHIPMENT))).toEqual({
      status: 200,
      body: { accepted: true, isRepeated: false },
    });
    expect(asked).toEqual(['collection']);
    expect((await getKept(box)).map((body) => JSON.parse(body))).toMatchObject([{ data: SHIPMENT }]);
  });

  it('is refused where it is nested a hundred thousand times', async () => {
    const { post } = openEndpoint();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await post(`{"type":"shipment.updated","data":${deep}}`)).toMatchObject({ status: 400 });
  });

  it('is taken with null for fields that have no value', async () => {
    const { box, post } = openEndpoint();
    const lines = [{ sku: 'MUG', quantity: 1, key: null, batch: null, expiry: null }];
    const empty = { carrier: null, service: null, trackingNumbers: null, cost: null, lines };
    expect(await post(toMessage('shipment.updated', { ...SHIPMENT, ...empty }))).toMatchObject({
      status: 200,
    });
    const [kept = '{}'] = await getKept(box);
    expect(JSON.parse(kept).data).toMatchObject({ carrier: '', trackingNumbers: [], lines: [{ batch: '' }] });
    expect(await post(toMessage('shipment.updated', { ...SHIPMENT, id: null }))).toMatchObject({
      status: 400,
    });
  });

  it('is not answered where it cannot be kept', async () => {
    const { box, asked, post } = openEndpoint();
    box.inbox.keep = async () => Promise.reject(new Error('The table is away'));
    await expect(post(toMessage('shipment.updated', SHIPMENT))).rejects.toThrow('The table is away');
    expect(asked).toEqual([]);
  });

  it('is kept once however often it is sent, with a new signature too', async () => {
    const { box, asked, post } = openEndpoint();
    await post(toMessage('shipment.updated', SHIPMENT));
    for (const at of [NOW, NOW + 60_000]) {
      const again = await post(toMessage('shipment.updated', SHIPMENT), { at });
      expect(again).toEqual({ status: 200, body: { accepted: true, isRepeated: true } });
    }
    expect(asked).toHaveLength(1);
    expect(await getKept(box)).toHaveLength(1);
  });

  it('is kept where its sender gives every message the same id', async () => {
    const { box, post } = openEndpoint();
    await post(toMessage('shipment.updated', SHIPMENT));
    await post(toMessage('shipment.updated', { ...SHIPMENT, id: 'parcel-2' }));
    expect(await getKept(box)).toHaveLength(2);
  });

  it('about an order asks for a comparison of orders', async () => {
    const { asked, post } = openEndpoint();
    await post(toMessage('order.updated', { reference: 'SO-20417-1' }));
    expect(asked).toEqual(['check']);
  });

  it.each<[string, unknown, Sending, number, string]>([
    [
      'another secret',
      toMessage('shipment.updated', SHIPMENT),
      { secrets: { ...SECRETS, signingSecret: 'some other secret of a stranger' } },
      401,
      'invalid_signature',
    ],
    [
      'an old signature',
      toMessage('shipment.updated', SHIPMENT),
      { at: NOW - 301_000 },
      401,
      'timestamp_out_of_tolerance',
    ],
    ['no JSON', '<xml/>', {}, 400, 'invalid_message'],
    ['no type', { data: SHIPMENT }, {}, 400, 'invalid_message'],
    ['an unknown type', toMessage('invoice.paid', {}), {}, 400, 'unknown_type'],
    [
      'one of our own messages',
      toMessage('order.cancelled', { reference: 'SO-20417-1' }),
      {},
      400,
      'unknown_type',
    ],
    [
      'a shipment without a reference',
      toMessage('shipment.updated', { ...SHIPMENT, reference: '' }),
      {},
      400,
      'invalid_message',
    ],
    [
      'a negative quantity',
      toMessage('shipment.updated', { ...SHIPMENT, lines: [{ sku: 'CUP', quantity: -1 }] }),
      {},
      400,
      'invalid_message',
    ],
    [
      'a local time',
      toMessage('shipment.updated', { ...SHIPMENT, shippedAt: '2026-01-05 09:00' }),
      {},
      400,
      'invalid_message',
    ],
    ['GET', '', { method: 'GET' }, 400, 'invalid_message'],
    [
      'more than 256 KB',
      toMessage('shipment.updated', { ...SHIPMENT, note: 'x'.repeat(257 * 1024) }),
      {},
      413,
      'too_large',
    ],
  ])(
    'with %s is refused with a machine code, and nothing is kept',
    async (_, body, sending, status, code) => {
      const { box, asked, post } = openEndpoint();
      const answer = await post(body, sending);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(asked).toEqual([]);
      expect(await getKept(box)).toEqual([]);
    },
  );

  it('that is refused names the field, and no value', async () => {
    const { post } = openEndpoint();
    const { body } = await post(toMessage('shipment.updated', { ...SHIPMENT, cost: 'Odalys Brandt' }));
    expect(body.error.message).toContain('data.cost');
    expect(body.error.message).not.toContain('Odalys');
  });
});
