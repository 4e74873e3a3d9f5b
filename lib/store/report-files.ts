import type { S3Client } from '@aws-sdk/client-s3';
import type { ReportFileStore } from '../domain/ports/stock.ts';

/** Files that people download, in the reports bucket, which deletes them after 90 days. */
export class ReportFiles implements ReportFileStore {
  readonly #bucket: string;
  #client: Promise<S3Client> | null = null;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  /** Stores a CSV file under the key, over what is there. Resolves once S3 has all of it. */
  async save(key: string, parts: readonly Uint8Array[]): Promise<void> {
    // Loaded at the first report: most of the jobs that share the function write none.
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    this.#client ??= createClient();
    const client = await this.#client;
    await client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: Buffer.concat(parts),
        ContentType: 'text/csv; charset=utf-8',
      }),
    );
  }
}

/** A report of 100,000 lines is some 8 MB, so it may take longer than a call of the other services. */
async function createClient(): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 20_000, throwOnRequestTimeout: true };
  return new S3Client({ requestHandler });
}
