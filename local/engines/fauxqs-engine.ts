import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { explainListenError, type Listener } from '../http/http-listener.ts';
import { DamagedStateError } from '../state-directory.ts';
import type { AccessControl } from './access.ts';
import { toS3Calls, toSqsCalls } from './aws-call.ts';

/** `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`, per SQS's API reference. */
const TEXT = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Letters, digits and punctuation of ASCII, 1 to 128 of them. */
const FIFO_ID = /^[!-~]{1,128}$/;

/** Of the body and the attributes, since August 2025. */
const MAX_BYTES = 1024 * 1024;

/** The fields of a message that SQS restricts. */
interface SentMessage {
  readonly MessageBody?: unknown;
  readonly MessageGroupId?: unknown;
  readonly MessageDeduplicationId?: unknown;
}

interface SqsRefusal {
  readonly code: 'InvalidMessageContents' | 'InvalidParameterValue';
  readonly message: string;
}

function isSqsText(text: string): boolean {
  return TEXT.test(text);
}

/** The refusal that SQS would answer, or null. The engine itself refuses missing parameters. */
export function findRefusal(message: SentMessage): SqsRefusal | null {
  const { MessageBody: body } = message;
  if (typeof body === 'string' && !isSqsText(body)) {
    return { code: 'InvalidMessageContents', message: 'Invalid characters were found in the message body.' };
  }
  if (typeof body === 'string' && Buffer.byteLength(body) > MAX_BYTES) {
    return {
      code: 'InvalidParameterValue',
      message: `The message must be shorter than ${MAX_BYTES} bytes.`,
    };
  }
  const ids = ['MessageGroupId', 'MessageDeduplicationId'] as const;
  const wrong = ids.find((name) => message[name] !== undefined && !FIFO_ID.test(String(message[name])));
  if (wrong === undefined) return null;
  const what = `${wrong} can only include alphanumeric and punctuation characters, 1 to 128 of them.`;
  return { code: 'InvalidParameterValue', message: what };
}

type Stores = NonNullable<BuildAppOptions['stores']>;

type SqsStore = Stores['sqsStore'];

type Persistence = NonNullable<SqsStore['persistence']>;

const WRONG_VERSION = 'fauxqs is not the version that this was written for: npm ci';

/** The classes of fauxqs's own server, which it does not export. */
interface FauxqsParts {
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => Stores['snsStore'];
  readonly S3Store: new () => Stores['s3Store'];
  readonly PersistenceManager: new (folder: string) => Persistence;
  readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
}

/**
 * The APIs of SQS and S3 in this process, composed from fauxqs's parts for three reasons: its `startFauxqs` listens on every
 * interface, its store fails for a visibility of 0 (see `repairVisibilityOfZero`), and it accepts other texts than SQS.
 *
 * With a directory these survive a SIGKILL: acknowledged messages, their order and receive counts, and the handle and
 * visibility time of messages in flight. The deduplication ids of the last five minutes do not.
 * @param folder the directory of its SQLite database, or null for memory
 * @param access refuses roles what they are not allowed; null: all is allowed
 * @throws {DamagedStateError}
 */
export async function startFauxqsEngine(
  port: number,
  folder: string | null,
  access: AccessControl | null = null,
): Promise<Listener> {
  const parts = await loadParts();
  const sqsStore = new parts.SqsStore();
  const snsStore = new parts.SnsStore();
  const stores = { sqsStore, snsStore, s3Store: new parts.S3Store() };
  const persistence = folder === null ? null : restore(folder, parts, stores);
  // fauxqs 2.4.1 tests each half of a surrogate pair on its own and refuses emoji.
  parts.INVALID_MESSAGE_BODY_CHAR.test = (text) => !isSqsText(text);
  const app = buildApp({ logger: false, stores });
  if (access !== null) guard(app, access);
  addSqsValidation(app);
  app.addHook('onClose', async () => persistence?.close());
  try {
    const url = await app.listen({ port, host: '127.0.0.1' });
    return { url, close: async () => await app.close() };
  } catch (error) {
    await app.close();
    throw explainListenError(error, port, 'SQS');
  }
}

/** Requests of SQS name their operation in a header, and those of S3 in their method and path. */
function guard(app: ReturnType<typeof buildApp>, access: AccessControl): void {
  app.addHook('preHandler', async ({ headers, method, url, body }, reply) => {
    const isSqs = 'x-amz-target' in headers;
    const refusal = access.findRefusal(headers.authorization, () =>
      isSqs ? toSqsCalls({ headers, body }) : toS3Calls({ headers, method, url }),
    );
    if (refusal === null) return undefined;
    if (isSqs) return refuse(reply, 403, 'AccessDenied', refusal);
    const document = `<Error><Code>AccessDenied</Code><Message>${refusal}</Message></Error>`;
    return reply.code(403).type('application/xml').send(document);
  });
}

/** fauxqs accepts any text as group or deduplication id. */
function addSqsValidation(app: ReturnType<typeof buildApp>): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.headers['x-amz-target'] !== 'AmazonSQS.SendMessage') return undefined;
    const refusal = findRefusal(Object(request.body));
    return refusal === null ? undefined : refuse(reply, 400, refusal.code, refusal.message);
  });
}

/** The part of Fastify's reply that is used. */
interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  type(contentType: string): Reply;
  send(body: string): unknown;
}

function refuse(reply: Reply, status: number, code: string, message: string): unknown {
  const body = JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message });
  return reply
    .code(status)
    .header('x-amzn-query-error', `${code};Sender`)
    .type('application/x-amz-json-1.0')
    .send(body);
}

/**
 * The stores get their persistence after loading, because loading would otherwise write everything again.
 * @throws {DamagedStateError}
 */
function restore(
  folder: string,
  { PersistenceManager }: FauxqsParts,
  { sqsStore, snsStore, s3Store }: Stores,
): Persistence {
  const persistence = readStore(folder, () => {
    const opened = new PersistenceManager(folder);
    repairVisibilityOfZero(opened);
    opened.load(sqsStore, snsStore, s3Store);
    return opened;
  });
  sqsStore.persistence = persistence;
  s3Store.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  return persistence;
}

function readStore<Result>(folder: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const isSqlite = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
    throw isSqlite ? new DamagedStateError(folder, error.message) : error;
  }
}

/**
 * fauxqs 2.4.1 makes a message visible again by setting its receive count to NULL in a NOT NULL column. The statement fails
 * after the message has left memory, so the message is missing and its group locked until the next start.
 */
function repairVisibilityOfZero(persistence: Persistence): void {
  const database: unknown = Reflect.get(persistence, 'db');
  if (!(database instanceof DatabaseSync)) throw new Error(WRONG_VERSION);
  const ready = database.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId: string) => {
    ready.run(messageId);
  };
}

async function loadParts(): Promise<FauxqsParts> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new Error('fauxqs is not installed: npm ci');
  const load = async (file: string): Promise<unknown> =>
    await import(pathToFileURL(join(dirname(manifest), 'dist', file)).href);
  const modules = await Promise.all(
    ['sqs/sqsStore.js', 'sqs/sqsTypes.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js'].map(load),
  );
  const parts: unknown = Object.assign({}, ...modules);
  if (!hasParts(parts)) throw new Error(WRONG_VERSION);
  return parts;
}

function hasParts(parts: unknown): parts is FauxqsParts {
  const names = ['SqsStore', 'SnsStore', 'S3Store', 'PersistenceManager'] as const;
  const { INVALID_MESSAGE_BODY_CHAR: characters, ...classes } = Object(parts);
  return characters instanceof RegExp && names.every((name) => typeof classes[name] === 'function');
}
