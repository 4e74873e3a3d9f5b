import { join } from 'node:path';
import { requireLoopback } from '../loopback.ts';
import { startDynaliteEngine } from './dynalite-engine.ts';
import { startFauxqsEngine } from './fauxqs-engine.ts';

/** Where SQS, S3 and DynamoDB are spoken on this machine. */
export interface Engines {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly s3Url: string;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly sqsPort: number;
  readonly dynamoDbPort: number;
  /** Folder for what they keep, or null for memory. */
  readonly directory: string | null;
  /** An emulator that runs already and speaks all of them; then nothing is started. */
  readonly endpoint: string | null;
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
  const sqs = await startFauxqsEngine(options.sqsPort, folder('sqs'));
  try {
    const dynamoDb = await startDynaliteEngine(options.dynamoDbPort, folder('dynamodb'));
    const close = async () => {
      await Promise.all([sqs.close(), dynamoDb.close()]);
    };
    return { sqsUrl: sqs.url, s3Url: sqs.url, dynamoDbUrl: dynamoDb.url, close };
  } catch (error) {
    await sqs.close();
    throw error;
  }
}
