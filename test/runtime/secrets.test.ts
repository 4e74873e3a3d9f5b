import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { OperatorActionNeeded, Unavailable } from '../../lib/domain/errors.ts';
import { createSecretsManagerClient, createSqsClient } from '../../lib/runtime/aws-clients.ts';
import { builtFromSecret, matchesToken, SecretReader } from '../../lib/runtime/secrets.ts';

const MINUTE_MS = 60_000;
const schema = z.object({ key: z.string() });

/** Answers in JSON with a status, never, or by hanging up. */
type Behaviour = readonly [status: number, body: object] | 'hangs' | 'hangs up';
const gives = (key: string, mark = ''): Behaviour => [
  200,
  { SecretString: `${mark}${JSON.stringify({ key })}` },
];

describe('a reader of secrets', () => {
  let behaviour: Behaviour;
  let asked: number;
  /** Of the SDK. */
  let tries: number;
  let now: number;
  let reader: SecretReader;
  const server = createServer((_, response) => {
    asked += 1;
    if (behaviour === 'hangs') return;
    if (behaviour === 'hangs up') {
      response.destroy();
      return;
    }
    response.writeHead(behaviour[0], { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(behaviour[1]));
  });
  let client: SecretsManagerClient;

  beforeEach(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    client = openClient(60_000);
    tries = 1;
    behaviour = gives('one');
    asked = 0;
    now = 0;
    reader = new SecretReader(client, () => now);
  });
  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  function openClient(requestTimeout: number): SecretsManagerClient {
    const { port } = server.address() as AddressInfo;
    return new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: { requestTimeout, throwOnRequestTimeout: true },
      maxAttempts: async () => tries,
    });
  }

  const read = async () => (await reader.read('acme/dear', schema)).key;

  it('asks again after five minutes', async () => {
    expect(await read()).toBe('one');
    behaviour = gives('two');
    now = 5 * MINUTE_MS - 1;
    expect(await read()).toBe('one');
    now += 1;
    expect(await read()).toBe('two');
  });

  it('gives up on a Secrets Manager that hangs after two tries, and asks for a later attempt', async () => {
    behaviour = 'hangs';
    tries = 2;
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const hasty = openClient(500);
    onTestFinished(() => hasty.destroy());
    vi.spyOn(client, 'send').mockImplementationOnce(hasty.send.bind(hasty));
    await expect(read()).rejects.toThrow(Unavailable);
    await expect.poll(() => connections).toBe(2);
    behaviour = gives('one');
    expect(await read()).toBe('one');
  });

  it.each<[string, Behaviour]>([
    ['hangs up', 'hangs up'],
    ['fails', [500, { __type: 'InternalServiceError' }]],
    ['is overloaded', [400, { __type: 'ThrottlingException' }]],
  ])('keeps the last value for an hour while Secrets Manager %s', async (_, outage) => {
    await read();
    behaviour = outage;
    now = 5 * MINUTE_MS;
    expect(await read()).toBe('one');
    const askedBefore = asked;
    expect(await read()).toBe('one');
    expect(asked, 'calls within a minute').toBe(askedBefore);
    now = 60 * MINUTE_MS;
    expect(await read()).toBe('one');
    now = 62 * MINUTE_MS;
    await expect(read()).rejects.toThrow(Unavailable);
  });

  it('takes the new value as soon as the outage is over', async () => {
    await read();
    behaviour = 'hangs up';
    now = 5 * MINUTE_MS;
    await read();
    behaviour = gives('two');
    now += MINUTE_MS;
    expect(await read()).toBe('two');
  });

  it.each(['ResourceNotFoundException', 'AccessDeniedException'])(
    'refuses the last value where the answer is %s',
    async (__type) => {
      await read();
      behaviour = [400, { __type, message: 'no' }];
      now = 5 * MINUTE_MS;
      await expect(read()).rejects.toThrow(OperatorActionNeeded);
    },
  );

  it('names the fields that a secret lacks, and no value', async () => {
    behaviour = [200, { SecretString: '{"other":"sesame"}' }];
    const refusal = expect(read()).rejects;
    await refusal.toThrow(/read secret acme\/dear, which lacks: key$/);
  });

  it('says so where a secret is no JSON, and accepts the mark of a Windows editor before it', async () => {
    behaviour = [200, { SecretString: 'sesame' }];
    await expect(read()).rejects.toThrow(/which lacks: the form of a JSON object$/);
    behaviour = gives('one', '\ufeff');
    now += 6 * MINUTE_MS;
    expect(await read()).toBe('one');
  });
});

describe('the clients of the receiver', () => {
  it('give up on a secret and on a queue within its ten seconds, however both hang', async () => {
    // The SDK tells a client's time-outs only after its first request, which nothing answers here.
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    const secrets = createSecretsManagerClient();
    const sqs = createSqsClient();
    await Promise.allSettled([
      secrets.send(new GetSecretValueCommand({ SecretId: 'x' })),
      sqs.send(new ListQueuesCommand()),
    ]);
    let longestMs = 0;
    for (const { config } of [secrets, sqs]) {
      const handler: object = config.requestHandler;
      const times: unknown =
        'httpHandlerConfigs' in handler && typeof handler.httpHandlerConfigs === 'function'
          ? handler.httpHandlerConfigs()
          : {};
      const { requestTimeout } = z.object({ requestTimeout: z.number() }).parse(times);
      longestMs += (await config.maxAttempts()) * requestTimeout;
    }
    vi.unstubAllEnvs();
    expect(longestMs).toBeLessThan(9_500);
  });
});

describe('the webhook token', () => {
  const tokens = { current: 'current-token-0123', previous: 'previous-token-0123' };

  it.each([
    ['current-token-0123', true],
    ['previous-token-0123', true],
    ['current-token-0124', false],
    ['current', false],
    ['current-token-0123-and-more', false],
    ['', false],
  ])('%j is accepted: %j', (presented, expected) => {
    expect(matchesToken(presented, tokens)).toBe(expected);
  });

  it('that is empty is never accepted, though no previous one is set', () => {
    expect(matchesToken('', { current: 'current-token-0123', previous: '' })).toBe(false);
  });
});

describe('what is built from a secret', () => {
  it('is kept until the secret is replaced', async () => {
    let secret = { key: 'one' };
    let builds = 0;
    const get = builtFromSecret(
      async () => ({ ...secret }),
      ({ key }) => `${key} ${++builds}`,
    );
    expect([await get(), await get()]).toEqual(['one 1', 'one 1']);
    secret = { key: 'two' };
    expect(await get()).toBe('two 2');
  });

  it('is built where the secret has no value yet, so that the one who builds says what is missing', async () => {
    const get = builtFromSecret(
      async (): Promise<unknown> => undefined,
      (secret) => `no key: ${secret}`,
    );
    expect(await get()).toBe('no key: undefined');
  });
});
