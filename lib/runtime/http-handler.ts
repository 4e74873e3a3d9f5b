import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WebhookRequest } from '../workflows/receive-webhook.ts';
import type { Observability } from './logger.ts';

export interface HttpRequest extends WebhookRequest {
  readonly method: string;
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is answered as JSON. */
  readonly body: string | object;
}

interface HttpHandlerOptions {
  readonly observability: Observability;
  /** @param parameters the route's path parameters */
  readonly answer: (
    request: HttpRequest,
    parameters: Readonly<Record<string, string | undefined>>,
  ) => Promise<HttpAnswer>;
}

/**
 * The handler of an HTTP API route, which a deployment starts with an event that no caller can send. Whatever throws is answered
 * 503, which asks the sender to come back.
 */
export function httpHandler({ observability, answer }: HttpHandlerOptions) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(observability.logger, { resetKeys: true }))
    .use(logMetrics(observability.metrics))
    .handler(async (event) => {
      if ('deploymentCheck' in event) return toResult({ statusCode: 200, body: { message: 'Started.' } });
      observability.log.setKeys({ requestId: event.requestContext.requestId });
      try {
        return toResult(await answer(toRequest(event), event.pathParameters ?? {}));
      } catch (error) {
        observability.count('UnexpectedFailure');
        observability.log.failure('webhook.failed', error, { route: event.routeKey });
        return toResult({ statusCode: 503, body: { message: 'Not accepted; please send it again.' } });
      }
    });
}

/** API Gateway gives header names in lower case, and a body that is not text in base64. */
function toRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const body = event.body ?? '';
  return {
    method: event.requestContext.http.method,
    headers: event.headers,
    query: event.queryStringParameters ?? {},
    rawBody: event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    sourceAddress: event.requestContext.http.sourceIp,
  };
}

function toResult({ statusCode, headers = {}, body }: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  if (typeof body === 'string') return { statusCode, headers: { ...headers }, body };
  const json = { 'content-type': 'application/json', ...headers };
  return { statusCode, headers: json, body: JSON.stringify(body) };
}
