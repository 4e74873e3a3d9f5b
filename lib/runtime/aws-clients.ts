import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
