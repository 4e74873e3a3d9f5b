import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { UpstreamError } from '../domain/errors.ts';

/**
 * Below every function's own time-out, so that an AWS service that hangs becomes an error with a name instead of a
 * killed function. Three tries of 2 s fit into the 10 s of the shortest function.
 */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

export function createSqsClient(): SQSClient {
  return new SQSClient({ requestHandler });
}

export function createDynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({ requestHandler });
}

/** A secret is read before anything else, so it leaves the three tries of SQS their time: twice 1.5 s. */
export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    requestHandler: { ...requestHandler, requestTimeout: 1_500 },
    maxAttempts: 2,
  });
}

/** Errors of AWS SDK v3 that end by themselves, by name or by the code of the connection. */
const PASSING = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'OverLimit',
  'SlowDown',
  'PriorRequestNotComplete',
]);

const sdkError = z.object({
  name: z.string(),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number() }).optional().catch(undefined),
});

/**
 * Whether an AWS service did not answer, or was overloaded. Not by its message, and not by its cause: an error of ours may have
 * such a cause and means something else.
 */
export function isOutageOfAws(error: unknown): boolean {
  const { data } = sdkError.safeParse(error);
  if (data === undefined || error instanceof UpstreamError) return false;
  const { name, code = '', $metadata } = data;
  return (
    PASSING.has(name) || PASSING.has(code) || /throttl/i.test(name) || ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
