import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Endpoints } from '../lambda/functions.ts';
import { requireLoopback } from '../loopback.ts';
import type { SecretFile } from '../secrets.ts';
import { startSecretsManager } from '../secrets-manager.ts';
import { REGION } from '../template/template-names.ts';
import { type AccessControl, OWNER } from './access.ts';
import { startDynaliteEngine } from './dynalite-engine.ts';
import { startFauxqsEngine } from './fauxqs-engine.ts';
import type { AwsClients } from './resources.ts';

/** The addresses of SQS, S3 and DynamoDB on this machine. */
export interface Engines {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly s3Url: string;
  close(): Promise<void>;
}

interface EngineOptions {
  readonly sqsPort: number;
  readonly dynamoDbPort: number;
  /** The directory of their state, or null for memory. */
  readonly directory: string | null;
  /** A running emulator of all of them to use instead, or null. It decides itself what roles are allowed. */
  readonly endpoint: string | null;
  /** Refuses roles what they are not allowed; null: all is allowed. */
  readonly access: AccessControl | null;
}

/**
 * @throws {PortInUseError}
 * @throws {NotLoopbackError} where the endpoint is another machine's
 */
export async function startEngines(options: EngineOptions): Promise<Engines> {
  if (options.endpoint !== null) {
    const url = requireLoopback(options.endpoint, "The engines' endpoint").replace(/\/$/, '');
    return { sqsUrl: url, dynamoDbUrl: url, s3Url: url, close: async () => {} };
  }
  const folder = (name: string) => (options.directory === null ? null : join(options.directory, name));
  const sqs = await startFauxqsEngine(options.sqsPort, folder('sqs'), options.access);
  try {
    const dynamoDb = await startDynaliteEngine(options.dynamoDbPort, folder('dynamodb'), options.access);
    const close = async () => {
      await Promise.all([sqs.close(), dynamoDb.close()]);
    };
    return { sqsUrl: sqs.url, s3Url: sqs.url, dynamoDbUrl: dynamoDb.url, close };
  } catch (error) {
    await sqs.close();
    throw error;
  }
}

interface ServicesOptions extends EngineOptions {
  readonly secretsPort: number;
  readonly secrets: SecretFile;
}

/** The AWS services that the functions use, and the local system's clients for them. */
export interface Services {
  readonly endpoints: Endpoints;
  readonly clients: AwsClients;
  /** A client of SQS in the name of a role. */
  sqsOf(role: string): SQSClient;
}

/** @throws {PortInUseError} */
export async function startServices(
  options: ServicesOptions,
  closing: AsyncDisposableStack,
): Promise<Services> {
  const engines = await startEngines(options);
  closing.defer(engines.close);
  const secretsManager = await startSecretsManager(options.secretsPort, options.secrets.text, options.access);
  closing.defer(secretsManager.close);
  const endpoints = {
    sqsUrl: engines.sqsUrl,
    dynamoDbUrl: engines.dynamoDbUrl,
    s3Url: engines.s3Url,
    secretsManagerUrl: secretsManager.url,
  };
  const clients = createClients(endpoints);
  closing.defer(() => {
    clients.sqs.destroy();
    clients.dynamoDb.destroy();
    clients.s3.destroy();
  });
  const ofRoles = new Map<string, AwsClients>();
  closing.defer(() => {
    for (const { sqs } of ofRoles.values()) sqs.destroy();
  });
  const sqsOf = (role: string) => {
    const made = ofRoles.get(role) ?? createClients(endpoints, role);
    ofRoles.set(role, made);
    return made.sqs;
  };
  return { endpoints, clients, sqsOf };
}

/** The endpoint is always set, so that the user's environment cannot lead to a real account. */
function createClients({ sqsUrl, dynamoDbUrl, s3Url }: Endpoints, accessKeyId = OWNER): AwsClients {
  const account = {
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
  return {
    sqs: new SQSClient({ ...account, endpoint: sqsUrl, useQueueUrlAsEndpoint: false }),
    dynamoDb: new DynamoDBClient({ ...account, endpoint: dynamoDbUrl }),
    s3: new S3Client({ ...account, endpoint: s3Url, forcePathStyle: true }),
  };
}
