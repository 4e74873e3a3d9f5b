import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AccessControl } from '../../../local/engines/access.ts';
import { startEngines } from '../../../local/engines/engines.ts';

let directory: string;

function openEngines() {
  const access = new AccessControl();
  return startEngines({ sqsPort: 0, dynamoDbPort: 0, directory, endpoint: null, access });
}

async function start() {
  const engines = await openEngines();
  onTestFinished(() => engines.close());
  return engines;
}

/** A directory with one table, whose engines have stopped. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'damaged-'));
  const engines = await openEngines();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: engines.dynamoDbUrl });
  await client.send(
    new CreateTableCommand({
      TableName: 'acme-local',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  client.destroy();
  await engines.close();
  return () => rmSync(directory, { recursive: true });
});

function path(folder: string, name: RegExp): string {
  const found = readdirSync(join(directory, folder)).find((file) => name.test(file));
  return join(directory, folder, found ?? '');
}

function scramble(file: string): void {
  writeFileSync(
    file,
    readFileSync(file).map((byte, index) => (index % 7 === 0 ? byte ^ 0xff : byte)),
  );
}

describe('a start on damaged files', () => {
  it.each([
    ['the table’s list of files', 'dynamodb', /^MANIFEST/, scramble],
    ['the table’s latest writes', 'dynamodb', /\.log$/, scramble],
    ['the queues’ file', 'sqs', /\.db$/, scramble],
    ['the end of the queues’ file', 'sqs', /\.db$/, (file: string) => truncateSync(file, 20_000)],
  ])('says so, and what to do: %s', async (_, folder, name, damage) => {
    damage(path(folder, name));
    await expect(start()).rejects.toThrow(
      new RegExp(
        `${folder} are damaged: .*Put a copy of the whole state directory in its place, or .*--reset`,
      ),
    );
  });

  it('is none where a write was cut off, because it was never acknowledged', async () => {
    const file = path('dynamodb', /\.log$/);
    truncateSync(file, readFileSync(file).length - 3);
    await expect(start()).resolves.toBeDefined();
  });
});
