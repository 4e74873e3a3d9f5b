import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { MINUTE_MS } from '../domain/clock.ts';
import { slotFor } from '../domain/rate-budget.ts';
import { ItemKind } from './item-kinds.ts';

/** All in ms, moments since the Unix epoch. */
export interface SlotRequest {
  readonly now: number;
  /** A later slot is of no use. */
  readonly latest: number;
  /** From one slot to the next. */
  readonly intervalMs: number;
  /** Whether the next slot is probably booked beyond now. A wrong guess costs a second write. */
  readonly expectsBacklog: boolean;
}

export interface Booking {
  /** null where nothing was booked, as it would have been later than the latest. */
  readonly slot: number | null;
  /** The account's first slot that is not booked yet. */
  readonly nextSlot: number;
}

/** An account's book, as people look at it. */
export interface SlotUse {
  /** The next free slot; 0 where none was ever booked. */
  readonly nextSlot: number;
  /** Slots that were booked in the minute of the clock that has begun, and in the one before. */
  readonly thisMinute: number;
  readonly minuteBefore: number;
}

/**
 * The moments at which calls of an account may begin, each given to one worker only. An account's book is one number that
 * only ever grows: the next slot that is free.
 */
export interface SlotBook {
  /** The next free slot; 0 where none was ever booked. */
  nextSlot(account: string): Promise<number>;
  /** Books the next slot, or the present moment where that is later. */
  book(account: string, request: SlotRequest): Promise<Booking>;
  /** Makes sure that no slot before that moment is booked from now on. */
  postpone(account: string, until: number): Promise<void>;
}

/** What a book of slots tells people. */
export interface SlotCounts {
  readUse(account: string, now: number): Promise<SlotUse>;
}

const numberAttribute = z.object({ N: z.coerce.number() }).transform(({ N }) => N);
const storedNumbers = z.object({
  nextSlot: numberAttribute,
  schemaVersion: numberAttribute.exactOptional(),
  readableFrom: numberAttribute.exactOptional(),
});
export const CALL_BUDGET = new ItemKind('call budget', z.object({ nextSlot: z.number() }));

/**
 * Each minute is counted under a name of its own, in the write that books a slot, which also removes the others. A name comes
 * again after an hour and a minute: no schedule leaves an account alone for just as long.
 */
const COUNTED_MINUTES = 61;

function toCountName(minute: number): string {
  return `used${minute % COUNTED_MINUTES}`;
}

/** Adds one to the count of the minute; only the minute before stays beside it. */
function countSlot(now: number): string {
  const minute = Math.floor(now / MINUTE_MS);
  const others = Array.from({ length: COUNTED_MINUTES - 2 }, (_, index) => toCountName(minute + 1 + index));
  return `ADD ${toCountName(minute)} :one REMOVE ${others.join(', ')}`;
}

/** A write that another worker came before is tried again by what that one left; its caller asks again after three. */
const TRIES = 3;
const IS_FREE = 'attribute_not_exists(nextSlot) OR nextSlot <= :now';
const IS_EARLIER = 'attribute_not_exists(nextSlot) OR nextSlot < :until';
const IS_BOOKED = 'nextSlot > :now AND nextSlot <= :latest';
/** An update leaves what a newer version added. */
const IS_READABLE = '(attribute_not_exists(readableFrom) OR readableFrom <= :schemaVersion)';

/** One item for each account, `BUDGET#<account>`: under load a slot costs one write and nothing else. */
export class DynamoDbSlotBook implements SlotBook, SlotCounts {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async nextSlot(account: string): Promise<number> {
    const item = await this.#read(account);
    return item === undefined ? 0 : toNextSlot(item);
  }

  async readUse(account: string, now: number): Promise<SlotUse> {
    const item = await this.#read(account);
    if (item === undefined) return { nextSlot: 0, thisMinute: 0, minuteBefore: 0 };
    const minute = Math.floor(now / MINUTE_MS);
    const count = (of: number) => numberAttribute.safeParse(item[toCountName(of)]).data ?? 0;
    return { nextSlot: toNextSlot(item), thisMinute: count(minute), minuteBefore: count(minute - 1) };
  }

  async #read(account: string) {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: toKey(account), ConsistentRead: true }),
    );
    return Item;
  }

  async book(account: string, request: SlotRequest): Promise<Booking> {
    const { now, latest, expectsBacklog } = request;
    let hasBacklog = expectsBacklog && latest > now;
    let nextSlot = now;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const answer = await (hasBacklog ? this.#bookNext(account, request) : this.#bookNow(account, request));
      if (answer.written) return { slot: answer.nextSlot - request.intervalMs, nextSlot: answer.nextSlot };
      nextSlot = answer.nextSlot;
      if (slotFor(nextSlot, now, latest) === null) break;
      hasBacklog = nextSlot > now;
    }
    return { slot: null, nextSlot };
  }

  async postpone(account: string, until: number): Promise<void> {
    await this.#write(account, 'SET nextSlot = :until', IS_EARLIER, { until });
  }

  #bookNext(account: string, { now, latest, intervalMs }: SlotRequest) {
    const values = { now, latest, interval: intervalMs, one: 1 };
    return this.#write(account, 'SET nextSlot = nextSlot + :interval', IS_BOOKED, values, countSlot(now));
  }

  #bookNow(account: string, { now, intervalMs }: SlotRequest) {
    const values = { now, after: now + intervalMs, one: 1 };
    return this.#write(account, 'SET nextSlot = :after', IS_FREE, values, countSlot(now));
  }

  /** The next slot as written; or, where the condition does not hold, as it is. */
  async #write(
    account: string,
    update: string,
    condition: string,
    values: Readonly<Record<string, number>>,
    count = '',
  ) {
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toKey(account),
          UpdateExpression: `${update}, schemaVersion = if_not_exists(schemaVersion, :schemaVersion) ${count}`,
          ConditionExpression: `(${condition}) AND ${IS_READABLE}`,
          ExpressionAttributeValues: toAttributes({ ...values, schemaVersion: CALL_BUDGET.version }),
          ReturnValues: 'UPDATED_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { written: true, nextSlot: toNextSlot(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { written: false, nextSlot: await this.#found(account, error) };
    }
  }

  /** DynamoDB gives the item with its refusal; the embedded engine does not, so that it has to be asked again. */
  async #found(account: string, { Item }: ConditionalCheckFailedException): Promise<number> {
    return Item === undefined ? await this.nextSlot(account) : toNextSlot(Item);
  }
}

/** @throws {NewerSchemaVersion} which is also how a write learns why it was refused */
function toNextSlot(attributes: unknown): number {
  return CALL_BUDGET.parse(storedNumbers.parse(attributes)).nextSlot;
}

function toKey(account: string) {
  return { pk: { S: `BUDGET#${account}` }, sk: { S: 'BUDGET' } };
}

function toAttributes(values: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`:${name}`, { N: String(value) }]),
  );
}
