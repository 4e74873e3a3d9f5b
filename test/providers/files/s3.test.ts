import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperatorActionNeeded } from '../../../lib/domain/errors.ts';
import { openS3 } from '../../../lib/providers/files/s3.ts';
import type { Transfer } from '../../../lib/providers/files/transfer.ts';
import { startFauxqsEngine } from '../../../local/engines/fauxqs-engine.ts';

const file = {
  reference: 'SO-1-1',
  folder: 'orders',
  name: 'NEW-SO-1-1.csv',
  temporaryName: '',
  takenFolders: ['orders/archive'],
};

describe('a bucket', () => {
  let engine: Awaited<ReturnType<typeof startFauxqsEngine>>;
  let client: S3Client;
  const createClient = () =>
    new S3Client({
      endpoint: engine.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  const open = (bucket = 'files', prefix = 'acme/'): Transfer =>
    openS3({ system: 'warehouse', place: { kind: 's3', bucket, prefix, region: '' }, createClient });

  beforeAll(async () => {
    engine = await startFauxqsEngine(0, null);
    client = createClient();
    await client.send(new CreateBucketCommand({ Bucket: 'files' }));
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
  });

  it('has an order file once it is put, also after the warehouse has moved it', async () => {
    const transfer = open();
    await transfer.upload(file, Buffer.from('x'));
    expect(await transfer.wasReleased(file)).toBe(false);
    await transfer.release(file, Buffer.from('x'));
    expect(await transfer.wasReleased(file)).toBe(true);
    await transfer.move('orders', file.name, { folder: 'orders/archive', name: file.name });
    expect(await transfer.list('orders')).toEqual([]);
    expect(await transfer.wasReleased(file)).toBe(true);
    await transfer.close();
  });

  it('lists the files of one folder below the prefix, over all pages', async () => {
    const keys = ['acme/out/', 'acme/out/deep/B.csv', 'other/out/C.csv', 'acme/outside/D.csv'];
    const many = Array.from({ length: 1_005 }, (_, index) => `acme/out/${index}.csv`);
    await Promise.all(
      [...keys, ...many].map((Key) =>
        client.send(new PutObjectCommand({ Bucket: 'files', Key, Body: 'row' })),
      ),
    );
    const transfer = open();
    const found = await transfer.list('out');
    expect(found.map(({ name }) => `acme/out/${name}`).sort()).toEqual(many.sort());
    expect((await transfer.read('out/7.csv')).toString()).toBe('row');
    await transfer.close();
  });

  it('that does not exist needs an operator', async () => {
    const transfer = open('another');
    await expect(transfer.list('orders')).rejects.toBeInstanceOf(OperatorActionNeeded);
    await transfer.close();
  });
});
