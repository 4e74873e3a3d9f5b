import { readWebhook } from '../../../lib/dear/webhook-events.ts';
import { isoTime } from '../../../lib/domain/clock.ts';
import type { LogEvent } from '../../../lib/domain/ports/log.ts';
import { jobsPublisher, saleEventsPublisher } from '../../../lib/messaging/publishers.ts';
import { getProviderDefinition } from '../../../lib/providers/registry.ts';
import type { ConnectionSettings } from '../../../lib/settings/connection.ts';
import { createProviderBox } from '../../../lib/store/provider-box.ts';
import type { Table } from '../../../lib/store/table.ts';
import { receiveDearWebhook } from '../../../lib/workflows/receive-webhook.ts';
import { type Endpoints, GuessLimit, serveProvider } from '../../../lib/workflows/serve-provider.ts';
import type { VirtualQueues } from '../../flow/virtual/queues.ts';
import { QUEUES } from '../../flow/virtual/workers.ts';

interface ReceiverOptions {
  readonly provider: string;
  readonly connection: ConnectionSettings | undefined;
  readonly secret: Readonly<Record<string, string>>;
  readonly personalDataDays: number;
  readonly table: Table;
  readonly queues: Pick<VirtualQueues, 'sqs'>;
  /** Of DEAR's webhooks. */
  readonly token: string;
  readonly now: () => number;
  readonly log: LogEvent;
  readonly count: (metric: string) => void;
}

const SOURCE_ADDRESS = '127.0.0.1';

/** Answers DEAR's webhooks, and services that call the bridge, as the functions behind the API do. */
export function createReceiver(options: ReceiverOptions): (request: Request) => Promise<Response> {
  const { queues, token, now, log, count } = options;
  const saleEvents = saleEventsPublisher(queues.sqs, QUEUES.saleEvents);
  const jobs = jobsPublisher(queues.sqs, QUEUES.jobs);
  const isOurToken = async (presented: string) => presented === token;
  const ofDear = { allowed: null, readEvent: readWebhook, isOurToken, saleEvents, jobs, now, log, count };
  const endpoints = { endpointsOf: () => openEndpoints(options), guesses: new GuessLimit(), now, log, count };
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    const query = Object.fromEntries(searchParams);
    const received = { headers, query, rawBody: await request.text(), sourceAddress: SOURCE_ADDRESS };
    if (pathname === '/webhooks/dear') {
      const { statusCode } = await receiveDearWebhook(received, ofDear);
      return new Response('', { status: statusCode });
    }
    const [, , connection = '', ...rest] = pathname.split('/');
    const call = { ...received, method: request.method, connection, path: rest.join('/') };
    const answer = await serveProvider(call, endpoints);
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers });
  };
}

function openEndpoints(options: ReceiverOptions): Endpoints | null {
  const { provider, connection, secret, personalDataDays, table, queues, now } = options;
  const { endpoints } = getProviderDefinition(provider);
  if (endpoints === null || connection === undefined) return null;
  const { id } = connection;
  const jobs = jobsPublisher(queues.sqs, QUEUES.jobs);
  return {
    paths: endpoints.paths,
    serve: async (request) =>
      await endpoints.serve(request, connection, {
        now,
        readSecret: async () => secret,
        box: createProviderBox(id, table, now, personalDataDays),
        requestCollection: () =>
          jobs.publish({ job: 'collect-shipments', connection: id, askedAt: isoTime(now()) }),
        requestCheck: () => jobs.publishOnce({ job: 'check-orders', connection: id }, `check-orders#${id}`),
      }),
  };
}
