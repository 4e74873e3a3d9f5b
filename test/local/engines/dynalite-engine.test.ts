import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDynaliteEngine } from '../../../local/engines/dynalite-engine.ts';

const TableName = 'acme-local';
const Key = { pk: { S: 'ORDER#1' }, sk: { S: 'STATE' } };
const ofIndex = (name: string) => [`${name}-of`, `${name}-since`] as const;
const INDEXES = ['waiting', 'listed'];

/** The item, and its place in both indexes. */
function toItem(place: string) {
  const names = INDEXES.flatMap((name) => ofIndex(name));
  return { ...Key, ...Object.fromEntries(names.map((name) => [name, { S: place }])), place: { S: place } };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dynalite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function open(path: string) {
  const engine = await startDynaliteEngine(0, path);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: engine.url, region: 'us-east-1', credentials });
  const close = async () => {
    client.destroy();
    await engine.close();
  };
  return { client, close };
}

async function makeTable(path: string): Promise<void> {
  const { client, close } = await open(path);
  const toKeys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: toKeys('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', ...INDEXES.flatMap((name) => ofIndex(name))].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        }),
      ),
      GlobalSecondaryIndexes: INDEXES.map((IndexName) => ({
        IndexName,
        KeySchema: toKeys(...ofIndex(IndexName)),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.1 }, { TableName });
  await client.send(new PutItemCommand({ TableName, Item: toItem('before') }));
  await close();
}

/** The places that the table itself and each index show. */
async function readPlaces(path: string): Promise<string[]> {
  const { client, close } = await open(path);
  const places: string[] = [];
  for (const IndexName of [undefined, ...INDEXES]) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName, IndexName }));
    const name = IndexName === undefined ? 'place' : ofIndex(IndexName)[0];
    places.push(Items.map((item) => item[name]?.S).join(' and ') || 'none');
  }
  await close();
  return places;
}

type Written = (...call: unknown[]) => Promise<unknown>;
const { ClassicLevel } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('classic-level');
const WRITES = ['_put', '_del', '_batch'] as const;
const originals = WRITES.map((name): [string, Written] => [name, ClassicLevel.prototype[name]]);
afterEach(() => Object.assign(ClassicLevel.prototype, Object.fromEntries(originals)));

/** From the given write on nothing reaches the disk. @returns what resolves when that write is tried */
function dieAt(write: number): Promise<void> {
  const died = Promise.withResolvers<void>();
  let count = 0;
  for (const [name, original] of originals) {
    ClassicLevel.prototype[name] = async function (...call: unknown[]) {
      count += 1;
      if (count < write) return await original.apply(this, call);
      return died.resolve();
    };
  }
  return died.promise;
}

const CHANGES = {
  'a put': new PutItemCommand({ TableName, Item: toItem('after') }),
  'an update': new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: `SET ${['place', ...INDEXES.flatMap(ofIndex)].map((_, at) => `#${at} = :after`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(
      ['place', ...INDEXES.flatMap(ofIndex)].map((name, at) => [`#${at}`, name]),
    ),
    ExpressionAttributeValues: { ':after': { S: 'after' } },
  }),
  'a deletion': new DeleteItemCommand({ TableName, Key }),
};

describe('a process that dies at any write of', () => {
  it.each(Object.keys(CHANGES) as Array<keyof typeof CHANGES>)(
    '%s leaves an item and indexes that agree',
    async (change) => {
      const [start, seen] = [join(folder, 'start'), new Set<string>()];
      await makeTable(start);
      for (let write = 1, isOver = false; !isOver; write += 1) {
        const [live, dead] = [join(folder, `live-${write}`), join(folder, `dead-${write}`)];
        cpSync(start, live, { recursive: true });
        const { client, close } = await open(live);
        const died = dieAt(write).then(() => 'died');
        const sent = client.send(CHANGES[change] as PutItemCommand).then(() => 'done');
        isOver = (await Promise.race([sent, died])) === 'done';
        cpSync(live, dead, { recursive: true });
        Object.assign(ClassicLevel.prototype, Object.fromEntries(originals));
        await sent;
        await close();
        seen.add((await readPlaces(dead)).join(', '));
      }
      const after = change === 'a deletion' ? 'none' : 'after';
      expect([...seen].sort()).toEqual([`${after}, ${after}, ${after}`, 'before, before, before'].sort());
    },
  );
});
