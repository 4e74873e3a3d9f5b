import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import {
  AmbiguousWrite,
  OperatorActionNeeded,
  Unavailable,
  type UpstreamError,
} from '../../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import type { Place } from './settings.ts';
import {
  type FoundFile,
  isInAny,
  joinPath,
  nameTaken,
  type OutgoingFile,
  type Transfer,
} from './transfer.ts';

export interface S3Options {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly place: Extract<Place, { readonly kind: 's3' }>;
  /** @default one of the default credentials: a function's own role */
  readonly createClient?: (options: { readonly region?: string }) => S3Client;
}

const requestHandler = { connectionTimeout: 2_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** The files of a bucket. An object appears at once and whole, so nothing is renamed. */
export function openS3({ system, place, createClient }: S3Options): Transfer {
  const region = place.region === '' ? {} : { region: place.region };
  const client = createClient?.(region) ?? new S3Client({ ...region, requestHandler });
  return new S3Transfer(system, client, place);
}

class S3Transfer implements Transfer {
  readonly #system: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(system: string, client: S3Client, { bucket, prefix }: S3Options['place']) {
    this.#system = system;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async list(folder: string): Promise<readonly FoundFile[]> {
    const prefix = this.#toKey(joinPath(folder, ''));
    const files: FoundFile[] = [];
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const page = await this.#send(`list the folder ${folder}`, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            Delimiter: '/',
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        ),
      );
      // The object of the folder itself, which S3's console makes.
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
        if (Key !== prefix)
          files.push({ name: Key.slice(prefix.length), size: Size, changedAt: LastModified?.getTime() ?? 0 });
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    }
    return files;
  }

  async read(path: string): Promise<Buffer> {
    const get = new GetObjectCommand({ Bucket: this.#bucket, Key: this.#toKey(path) });
    return await this.#send('read a file', async () => {
      const { Body } = await this.#client.send(get);
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    });
  }

  async upload(): Promise<void> {
    return;
  }

  async release({ folder, name, reference }: OutgoingFile, bytes: Buffer): Promise<void> {
    const key = this.#toKey(joinPath(folder, name));
    const put = new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, IfNoneMatch: '*' });
    await this.#send('send an order file', () => this.#client.send(put), { writes: true, reference });
  }

  async wasReleased({ folder, name, takenFolders }: OutgoingFile): Promise<boolean> {
    return await isInAny(this, [folder, ...takenFolders], name);
  }

  async move(
    folder: string,
    name: string,
    to: { readonly folder: string; readonly name: string },
  ): Promise<void> {
    const from = this.#toKey(joinPath(folder, name));
    const Key = this.#toKey(joinPath(to.folder, to.name));
    const source = [this.#bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    const copy = new CopyObjectCommand({ Bucket: this.#bucket, Key, CopySource: source });
    await this.#send('move a file that was read', async () => {
      await this.#client.send(copy);
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: from }));
    });
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #toKey(path: string): string {
    return `${this.#prefix}${path}`;
  }

  async #send<Result>(
    operation: string,
    call: () => Promise<Result>,
    { writes = false, reference = '' } = {},
  ): Promise<Result> {
    const attempt = { system: this.#system, operation, writes, ...(reference !== '' && { reference }) };
    try {
      return await call();
    } catch (error) {
      throw toUpstreamError(error, attempt);
    }
  }
}

/** Errors of S3 and of the SDK's own for wrong credentials or names, which repeating does not cure. */
const OPERATOR_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'NoSuchBucket',
  'PermanentRedirect',
  'SignatureDoesNotMatch',
]);

function toUpstreamError(error: unknown, attempt: Attempt): UpstreamError {
  const { name, $metadata } = errorForm.parse(error);
  const status = $metadata?.httpStatusCode;
  if (name === 'PreconditionFailed') return nameTaken(attempt);
  const details = toErrorDetails(attempt, {
    ...(status !== undefined && { status }),
    code: name,
    cause: error,
  });
  if (OPERATOR_ERRORS.has(name) || status === 403)
    return new OperatorActionNeeded(details, 'does not let us use the bucket');
  return attempt.writes && (status === undefined || status >= 500)
    ? new AmbiguousWrite(details)
    : new Unavailable(details);
}

const errorForm = z
  .object({
    name: z.string().catch(''),
    $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  })
  .catch({ name: '' });
