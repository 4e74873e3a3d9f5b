import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

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
