import { beforeEach, describe, expect, it } from 'vitest';
import { readWebhook } from '../../lib/dear/webhook-events.ts';
import type { LogFields } from '../../lib/domain/ports/log.ts';
import type { JobMessage, JobRequest, SaleEventMessage } from '../../lib/messaging/messages.ts';
import { toBlockList } from '../../lib/settings/address-list.ts';
import {
  BODY_LIMIT,
  receiveDearWebhook,
  receiveProviderWebhook,
  type WebhookRequest,
} from '../../lib/workflows/receive-webhook.ts';
import { NOW } from '../builders/order.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

const TOKEN = 'the-right-token-0001';
const authorised = {
  EventType: 'Sale/OrderAuthorised',
  SaleID: '3C5B0E1A-7B61-4E0F-9D5C-2A77F0B1C9AA',
  SaleOrderNumber: 'SO-00042',
  CustomerName: 'Ines Marlowe',
};

function request(body: unknown, overrides: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    headers: { authorization: `Bearer ${TOKEN}` },
    query: {},
    rawBody,
    sourceAddress: '198.51.100.7',
    ...overrides,
  };
}

describe('a webhook from DEAR', () => {
  let saleEvents = new RecordingQueue<SaleEventMessage>();
  let jobs = new RecordingQueue<JobRequest>();
  let lines: [string, LogFields][] = [];
  let counted: string[] = [];

  beforeEach(() => {
    saleEvents = new RecordingQueue();
    jobs = new RecordingQueue();
    lines = [];
    counted = [];
  });

  function receive(from: WebhookRequest, allowed: string[] = []) {
    return receiveDearWebhook(from, {
      isOurToken: async (presented) => presented === TOKEN,
      allowed: toBlockList(allowed),
      readEvent: readWebhook,
      saleEvents,
      jobs,
      now: () => NOW,
      log: (...line) => void lines.push(line),
      count: (metric) => void counted.push(metric),
    });
  }

  it('is accepted once the queue holds its message', async () => {
    expect(await receive(request(authorised))).toMatchObject({ statusCode: 202 });
    expect(saleEvents.messages).toEqual([
      {
        saleId: '3c5b0e1a-7b61-4e0f-9d5c-2a77f0b1c9aa',
        saleTaskId: '',
        saleOrderNumber: 'SO-00042',
        event: 'Sale/OrderAuthorised',
        trackingNumbers: [],
        receivedAt: '2026-02-03T09:00:00.000Z',
      },
    ]);
    expect(counted).toEqual(['WebhookAccepted']);
  });

  it('leaves no personal data in the queue or the log', async () => {
    await receive(request(authorised));
    expect(JSON.stringify([saleEvents.messages, lines])).not.toContain('Marlowe');
  });

  it('is not accepted while the queue is stopped, so that DEAR tries again', async () => {
    saleEvents.stopped = true;
    await expect(receive(request(authorised))).rejects.toThrow('ECONNREFUSED');
    expect(counted).not.toContain('WebhookAccepted');
  });

  it.each([
    ['a wrong token', request(authorised, { headers: { authorization: 'Bearer wrong' } }), 401],
    ['no token', request(authorised, { headers: {} }), 401],
    ['basic authentication', request(authorised, { headers: { authorization: `Basic ${TOKEN}` } }), 401],
  ])('is refused for %s', async (_, from, statusCode) => {
    expect(await receive(from)).toMatchObject({ statusCode });
    expect(saleEvents.messages).toEqual([]);
    expect(counted).toEqual(['WebhookRefused']);
  });

  it.each([
    ['what is not JSON', '{"EventType":'],
    ['an empty body', ''],
    ['a sale event without a sale', '{"EventType":"Sale/Voided"}'],
    ['a large body', `"${'x'.repeat(BODY_LIMIT)}"`],
    ['a number', '7'],
  ])('with the right token is never refused: %s requests a sweep', async (_, body) => {
    expect(await receive(request(body))).toMatchObject({ statusCode: 202 });
    expect(jobs.messages).toEqual([{ job: 'sweep-sales', connection: '' }]);
    expect(saleEvents.messages).toEqual([]);
    expect(counted).toEqual(['WebhookUnreadable']);
    expect(lines).toEqual([['webhook.unreadable', { why: expect.any(String) }]]);
  });

  it('requests one sweep a minute if many bodies are unreadable', async () => {
    for (const body of ['', '{', '[[', 'x']) await receive(request(body));
    expect(jobs.messages).toHaveLength(1);
  });

  it('that names its sale in broken JSON is accepted, and logged as salvaged', async () => {
    await receive(request(`{"SaleID":"${authorised.SaleID}",\n,"EventType":"Sale/OrderAuthorised",}`));
    expect(saleEvents.messages).toMatchObject([{ event: 'Sale/OrderAuthorised' }]);
    expect(lines[0]).toMatchObject(['webhook.received', { isSalvaged: true }]);
  });

  it('that names several sales is accepted once the queue holds all of them', async () => {
    const events = ['SO-1', 'SO-2'].map((SaleOrderNumber) => ({ EventType: 'Sale/Undo', SaleOrderNumber }));
    expect(await receive(request(events))).toMatchObject({ statusCode: 202 });
    expect(saleEvents.messages.map(({ saleOrderNumber }) => saleOrderNumber)).toEqual(['SO-1', 'SO-2']);
  });

  it('of an unknown type is answered with success and counted', async () => {
    expect(await receive(request({ EventType: 'Product/Updated' }))).toMatchObject({ statusCode: 200 });
    expect(await receive(request([{ SKU: 'QUILL-01' }]))).toMatchObject({ statusCode: 200 });
    expect(counted).toEqual(['WebhookIgnored', 'WebhookIgnored']);
    expect(saleEvents.messages).toEqual([]);
  });

  it('queues the tracking numbers, by which the echo of our own write is recognised', async () => {
    await receive(
      request({
        EventType: 'Sale/ShipmentTrackingNumberChanged',
        SaleID: authorised.SaleID,
        Shipments: [{ TrackingNumber: '1Z1, 1Z2', Carrier: 'UPS' }],
      }),
    );
    expect(saleEvents.messages[0]?.trackingNumbers).toEqual(['1Z1', '1Z2']);
  });

  it('may be limited to the addresses in the settings', async () => {
    const from = (sourceAddress: string) =>
      receive(request(authorised, { sourceAddress }), ['198.51.100.0/24', '2001:db8::/32']);
    expect(await from('198.51.100.7')).toMatchObject({ statusCode: 202 });
    expect(await from('2001:db8::1')).toMatchObject({ statusCode: 202 });
    expect(await from('203.0.113.9')).toMatchObject({ statusCode: 403 });
  });
});

describe('a webhook from a provider', () => {
  const jobs = new RecordingQueue<JobMessage>();
  const logged: object[] = [];
  const receive = (connection: string, genuine = true, rawBody = '{}') =>
    receiveProviderWebhook(connection, request(rawBody), {
      verifierFor: async (id) =>
        id === 'lantern'
          ? {
              verify: async () =>
                genuine ? { genuine, kind: 'LABEL_CREATED_V2' } : { genuine, why: 'The signature is wrong.' },
            }
          : null,
      jobs,
      now: () => NOW,
      log: (_, fields) => void logged.push(fields),
      count: () => {},
    });

  it('that is genuine queues the collection of shipments', async () => {
    expect(await receive('lantern')).toMatchObject({ statusCode: 202 });
    const askedAt = new Date(NOW).toISOString();
    expect(jobs.messages).toEqual([{ job: 'collect-shipments', connection: 'lantern', askedAt }]);
  });

  it('that names no connection is logged without the name, which anyone may choose', async () => {
    logged.length = 0;
    await receive('Ada Lovelace, 12 Quay Road');
    expect(logged).toEqual([{ statusCode: 404, why: 'No connection of that name receives webhooks.' }]);
  });

  it('that is not genuine, or names no connection, is refused', async () => {
    jobs.messages.length = 0;
    expect(await receive('lantern', false)).toMatchObject({ statusCode: 401 });
    expect(await receive('elsewhere')).toMatchObject({ statusCode: 404 });
    expect(await receive('lantern', true, 'x'.repeat(BODY_LIMIT + 1))).toMatchObject({ statusCode: 413 });
    expect(jobs.messages).toEqual([]);
  });
});
