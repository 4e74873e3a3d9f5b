import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listener } from '../../../local/http/http-listener.ts';
import { startSecretsManager } from '../../../local/secrets-manager.ts';
import { secretArn } from '../../../local/template/template-names.ts';

const SECRETS: Record<string, string> = { 'acme/carrier': '{"apiKey":"k-1"}' };
let server: Listener;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = await startSecretsManager(0, (name) => SECRETS[name] ?? null);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SecretsManagerClient({ endpoint: server.url, region: 'us-east-1', credentials });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

describe('GetSecretValue over the real SDK', () => {
  it.each([
    ['its name', 'acme/carrier'],
    ['its ARN', secretArn('acme/carrier')],
    ['its ARN without the ending', secretArn('acme/carrier').replace(/-local0$/, '')],
  ])('returns a secret by %s', async (_, SecretId) => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ Name: 'acme/carrier', SecretString: '{"apiKey":"k-1"}' });
    expect(answer.ARN).toBe(secretArn('acme/carrier'));
  });

  it('refuses an unknown secret', async () => {
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'acme/other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses to write a secret', async () => {
    const write = new PutSecretValueCommand({ SecretId: 'acme/carrier', SecretString: 'x' });
    await expect(client.send(write)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
