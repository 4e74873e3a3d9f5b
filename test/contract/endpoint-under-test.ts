import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProviderBox } from '../../lib/domain/ports/provider-box.ts';
import type { ProviderDefinition } from '../../lib/providers/provider-definition.ts';
import { type Listener, listen } from '../../local/http/http-listener.ts';

interface EndpointUnderTest {
  /** With its own settings. */
  readonly connection: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly secret: unknown;
  readonly box: ProviderBox;
  readonly now: () => number;
  /** Called where a message asks for a collection of shipments or a comparison of orders. */
  readonly onRequest?: (job: 'collection' | 'check') => void;
}

/** The endpoint of a connection on a port, without API Gateway and Lambda. */
export async function serveDefinition(
  { endpoints }: Pick<ProviderDefinition, 'endpoints'>,
  { connection, secret, box, now, onRequest = () => undefined }: EndpointUnderTest,
): Promise<Listener> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://endpoint');
    const chunks = await Array.fromAsync<Buffer>(request);
    const { statusCode, headers, body } = await endpoints!.serve(
      {
        method: request.method ?? '',
        path: pathname.slice(1),
        query: Object.fromEntries(searchParams),
        headers: request.headers as Record<string, string>,
        rawBody: Buffer.concat(chunks).toString(),
      },
      connection,
      {
        box,
        now,
        readSecret: async () => secret,
        requestCollection: async () => onRequest('collection'),
        requestCheck: async () => onRequest('check'),
      },
    );
    response.writeHead(statusCode, headers).end(body);
  };
  return await listen((request, response) => void answer(request, response), 0, 'the endpoint');
}
