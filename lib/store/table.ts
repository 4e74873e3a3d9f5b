import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { Deferred } from '../domain/errors.ts';

/** Someone else wrote the item since it was read. The message comes back at once and reads it again. */
export class VersionConflict extends Deferred {
  override readonly name = 'VersionConflict';
  constructor(key: ItemKey) {
    super(`${key.pk} was changed by someone else in the meantime`, 2_000);
  }
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** What an item may only be written over. */
export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'none' };

/** The one table: a write is one conditional put of a whole item, and a read sees every write before it. */
export interface Table {
  /** The item as stored, to be parsed by whoever knows its form; undefined where there is none. */
  read(key: ItemKey): Promise<Record<string, unknown> | undefined>;
  /** @throws {VersionConflict} where the condition does not hold */
  put(key: ItemKey, item: object, condition: Condition): Promise<void>;
}

export class DynamoDbTable implements Table {
  readonly #documents: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    const marshallOptions = { removeUndefinedValues: true };
    this.#documents = DynamoDBDocumentClient.from(client, { marshallOptions });
    this.#name = name;
  }

  async read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: true }),
    );
    return answer.Item;
  }

  async put(key: ItemKey, item: object, condition: Condition): Promise<void> {
    try {
      await this.#documents.send(
        new PutCommand({ TableName: this.#name, Item: { ...item, ...key }, ...expression(condition) }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new VersionConflict(key);
      throw error;
    }
  }
}

function expression(condition: Condition) {
  if (condition.kind === 'none') return {};
  if (condition.kind === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': condition.version },
  };
}
