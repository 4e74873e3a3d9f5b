import type { S3Client } from '@aws-sdk/client-s3';
import type { LabelFileStore } from '../domain/ports/labels.ts';

/** Whole files in an S3 bucket. The client is loaded at the first call: most runs of the functions that have one make none. */
export class FileBucket {
  readonly #name: string;
  #client: Promise<S3Client> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /** Stores a file under the key, over what is there. Resolves once S3 has all of it. */
  async put(key: string, body: Uint8Array, contentType: string): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#open();
    const file = { Bucket: this.#name, Key: key, Body: body, ContentType: contentType };
    await client.send(new PutObjectCommand(file));
  }

  /** null where there is none. */
  async get(key: string): Promise<Uint8Array | null> {
    const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
    const client = await this.#open();
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }));
      return (await answer.Body?.transformToByteArray()) ?? null;
    } catch (error) {
      // Without permission to list a bucket, S3 answers for a missing key that access is denied.
      if (error instanceof NoSuchKey || (error instanceof Error && error.name === 'AccessDenied'))
        return null;
      throw error;
    }
  }

  #open(): Promise<S3Client> {
    this.#client ??= createClient();
    return this.#client;
  }
}

/** A report of 100,000 lines is some 8 MB, so it may take longer than a call of the other services. */
async function createClient(): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 20_000, throwOnRequestTimeout: true };
  return new S3Client({ requestHandler });
}

/**
 * The PDF files of labels, in the bucket of the reports. They show names and addresses, so a rule of the bucket deletes them
 * after `personalDataDays`.
 */
export class LabelFiles implements LabelFileStore {
  readonly #bucket: Pick<FileBucket, 'put' | 'get'>;

  constructor(bucket: Pick<FileBucket, 'put' | 'get'>) {
    this.#bucket = bucket;
  }

  save(reference: string, labelId: string, pdf: Uint8Array): Promise<void> {
    return this.#bucket.put(toKey(reference, labelId), pdf, 'application/pdf');
  }

  read(reference: string, labelId: string): Promise<Uint8Array | null> {
    return this.#bucket.get(toKey(reference, labelId));
  }
}

/** A provider's id may be any text; a slash in it must not make a folder. */
function toKey(reference: string, labelId: string): string {
  return `labels/${encodeURIComponent(reference)}/${encodeURIComponent(labelId)}.pdf`;
}
