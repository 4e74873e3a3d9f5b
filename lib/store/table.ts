import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Deferred, NewerSchemaVersion } from '../domain/errors.ts';
import { INDEXES, type IndexName } from './indexes.ts';
import type { Versioned } from './item-kinds.ts';
import {
  type Condition,
  type ItemKey,
  itemKey,
  putLarge,
  readLarge,
  type SingleItems,
  unpackPage,
} from './large-items.ts';

/** Someone else wrote the item since it was read. The message comes back at once and reads it again. */
export class VersionConflict extends Deferred {
  override readonly name = 'VersionConflict';
  constructor(key: ItemKey) {
    super(`${key.pk} was changed by someone else in the meantime`, 2_000);
  }
}

/**
 * The one table: a write is one conditional put of a whole item, and a read sees every write before it. Items are of any
 * size; `large-items.ts` says how those beyond DynamoDB's limit are stored.
 */
export interface Table {
  /** The item as stored, not yet parsed; undefined where there is none, as under a key that is longer than any may be. */
  read(key: ItemKey): Promise<Record<string, unknown> | undefined>;
  /**
   * Never replaces an item of a newer schema version.
   * @throws {VersionConflict} where the condition does not hold
   * @throws {NewerSchemaVersion} where only the schema version is in the way
   */
  put(key: ItemKey, item: Versioned, condition: Condition): Promise<void>;
  /**
   * Pages of keys in the order of the index, to the last one or an error. A page may be empty. An index follows the table
   * by some moments, so it says where to look, and only `read` says what is there.
   */
  list(index: IndexName, partition: string, range?: ListRange): AsyncIterable<readonly ListedKey[]>;
  /** Pages of a partition's whole items, the last sort key first, to the end or an error. Sees every write before it. */
  items(partition: string): AsyncIterable<ReadonlyArray<Record<string, unknown>>>;
  /** Whole items of a partition by sort key, as many as asked for or as there are. Sees every write before it. */
  range(partition: string, range: ItemRange): Promise<ReadonlyArray<Record<string, unknown>>>;
}

const listedKey = itemKey.unwrap().extend({ summary: z.string().exactOptional() }).readonly();

/** A key of an index, with what the index carries of its item. */
export type ListedKey = z.infer<typeof listedKey>;

/** What counts in the table. */
export interface CountingTable extends Pick<Table, 'read' | 'put'> {
  /**
   * Adds to numbers of an item, which is made where there is none, in one write without a read. Such an item stays small: it is
   * never compressed or cut.
   * @param fields are set
   * @throws {NewerSchemaVersion} where the stored item says that this version may not read it
   */
  add(key: ItemKey, numbers: Readonly<Record<string, number>>, fields: Versioned): Promise<void>;
}

/** Which items of a partition, and from which end. */
export interface ItemRange extends ListRange {
  readonly limit: number;
}

/** The condition under which an item may be replaced by one of schema version `:schemaVersion`. */
const NOT_NEWER = '(attribute_not_exists(schemaVersion) OR schemaVersion <= :schemaVersion)';

/** Which part of an index's partition, and from which end; all of it from its beginning where left out. */
export interface ListRange {
  /** The first and the last place that are listed. */
  readonly from?: string;
  readonly until?: string;
  readonly backwards?: boolean;
  /** Of a list: keys in its first page, where few of them are needed. */
  readonly firstPage?: number;
}

/** DynamoDB's limits, in bytes. */
const MAX_KEY_BYTES = { pk: 2_048, sk: 1_024 } as const;

function isTooLong({ pk, sk }: ItemKey): boolean {
  return Buffer.byteLength(pk) > MAX_KEY_BYTES.pk || Buffer.byteLength(sk) > MAX_KEY_BYTES.sk;
}

const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;

export class DynamoDbTable implements Table, CountingTable, SingleItems {
  readonly #documents: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #pageSize: number;

  /** @param pageSize keys in a page of a list, so that a list which is left early has not read 1 MB of them */
  constructor(client: DynamoDBClient, name: string, pageSize = 1000) {
    const marshallOptions = { removeUndefinedValues: true };
    this.#documents = DynamoDBDocumentClient.from(client, { marshallOptions });
    this.#name = name;
    this.#pageSize = pageSize;
  }

  read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    return readLarge(key, this);
  }

  put(key: ItemKey, item: Versioned, condition: Condition): Promise<void> {
    return putLarge(key, item, condition, this);
  }

  async readItem(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    // Keys are made of texts that others send, and DynamoDB answers such a one with an error, each time it is tried.
    if (isTooLong(key)) return undefined;
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: true }),
    );
    return answer.Item;
  }

  async putItem(
    key: ItemKey,
    item: Record<string, unknown>,
    condition: Condition,
  ): Promise<Record<string, unknown> | undefined> {
    const stored = {
      TableName: this.#name,
      Item: { ...item, ...key },
      ...toExpression(condition, item.schemaVersion),
    };
    // Only where the item may be in parts: the answer would hold the whole of the old one.
    const isLarge = 'packed' in item || 'parts' in item;
    try {
      const answer = await this.#documents.send(
        new PutCommand(isLarge ? { ...stored, ReturnValues: 'ALL_OLD' } : stored),
      );
      return answer.Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw toRefusal(key, condition, item.schemaVersion);
      throw error;
    }
  }

  async add(key: ItemKey, numbers: Readonly<Record<string, number>>, fields: Versioned): Promise<void> {
    const added = Object.entries(numbers).map(([name, value], index) => ({
      name,
      value,
      index: `a${index}`,
    }));
    const set = Object.entries(fields).map(([name, value], index) => ({ name, value, index: `s${index}` }));
    const all = [...added, ...set];
    const adds = added.map(({ index }) => `#${index} :${index}`);
    // One of a newer version stays one.
    const sets = set.map(({ index, name }) =>
      name === 'schemaVersion' ? `#${index} = if_not_exists(#${index}, :${index})` : `#${index} = :${index}`,
    );
    try {
      await this.#documents.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: key,
          UpdateExpression: `ADD ${adds.join(', ')} SET ${sets.join(', ')}`,
          ConditionExpression: 'attribute_not_exists(readableFrom) OR readableFrom <= :schemaVersion',
          ExpressionAttributeNames: Object.fromEntries(all.map(({ index, name }) => [`#${index}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(all.map(({ index, value }) => [`:${index}`, value])),
            ':schemaVersion': fields.schemaVersion,
          },
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw toRefusal(key, { kind: 'none' }, fields.schemaVersion);
      throw error;
    }
  }

  async *list(
    index: IndexName,
    partition: string,
    range: ListRange = {},
  ): AsyncIterable<readonly ListedKey[]> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#documents.send(
        new QueryCommand({
          TableName: this.#name,
          IndexName: index,
          ...keyCondition(INDEXES[index], partition, range),
          ScanIndexForward: range.backwards !== true,
          ExclusiveStartKey: start,
          Limit: (start === undefined && range.firstPage) || this.#pageSize,
        }),
      );
      yield z.array(listedKey).parse(page.Items);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  async *items(partition: string): AsyncIterable<ReadonlyArray<Record<string, unknown>>> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#documents.send(
        new QueryCommand({
          TableName: this.#name,
          KeyConditionExpression: 'pk = :partition',
          ExpressionAttributeValues: { ':partition': partition },
          ConsistentRead: true,
          ScanIndexForward: false,
          ExclusiveStartKey: start,
          Limit: this.#pageSize,
        }),
      );
      yield await unpackPage(page.Items ?? [], this);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  async range(partition: string, range: ItemRange): Promise<ReadonlyArray<Record<string, unknown>>> {
    const found: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#documents.send(
        new QueryCommand({
          TableName: this.#name,
          ...keyCondition(TABLE_KEYS, partition, range),
          ConsistentRead: true,
          ScanIndexForward: range.backwards !== true,
          ExclusiveStartKey: start,
          Limit: range.limit - found.length,
        }),
      );
      found.push(...(await unpackPage(page.Items ?? [], this)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && found.length < range.limit);
    return found;
  }
}

/** @param names of the attributes that are the partition and its order: an index's, or the table's own */
function keyCondition(
  names: { readonly partition: string; readonly sort: string },
  partition: string,
  { from, until }: ListRange,
) {
  const places = placesBetween(from, until);
  return {
    KeyConditionExpression: `#partition = :partition${places}`,
    ExpressionAttributeNames: {
      '#partition': names.partition,
      ...(places !== '' && { '#sort': names.sort }),
    },
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(from !== undefined && { ':from': from }),
      ...(until !== undefined && { ':until': until }),
    },
  };
}

function placesBetween(from: string | undefined, until: string | undefined): string {
  if (from === undefined) return until === undefined ? '' : ' AND #sort <= :until';
  return until === undefined ? ' AND #sort >= :from' : ' AND #sort BETWEEN :from AND :until';
}

/** Parts of an item have no version: no other item ever has their keys. */
function toExpression(condition: Condition, schemaVersion: unknown) {
  if (condition.kind === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  const terms: string[] = [];
  const values: Record<string, unknown> = {};
  if (condition.kind === 'version') {
    terms.push('version = :version');
    values[':version'] = condition.version;
  }
  if (schemaVersion !== undefined) {
    terms.push(NOT_NEWER);
    values[':schemaVersion'] = schemaVersion;
  }
  if (terms.length === 0) return {};
  return { ConditionExpression: terms.join(' AND '), ExpressionAttributeValues: values };
}

/**
 * Why a conditional write was refused. Where both may be the reason it is a conflict: its caller reads the item again, and
 * the read names a newer version.
 */
export function toRefusal(key: ItemKey, { kind }: Condition, schemaVersion: unknown): Error {
  if (kind !== 'none') return new VersionConflict(key);
  return new NewerSchemaVersion(`${key.pk.split('#')[0]} item`, null, Number(schemaVersion));
}
