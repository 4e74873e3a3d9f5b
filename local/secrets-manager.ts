import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { AccessControl } from './engines/access.ts';
import { toSecretsCalls } from './engines/aws-call.ts';
import { type Listener, listen, readBody } from './http/http-listener.ts';
import { secretArn } from './template/template-names.ts';

const MAX_REQUEST_BYTES = 64 * 1024;
const request = z.looseObject({ SecretId: z.string().min(1) });

/** @returns the secret's text, or null where there is no such secret */
type ReadSecret = (name: string) => string | null;

/**
 * The part of Secrets Manager's API (AWS JSON 1.1) that reads a secret. Every request reads the file, so an edit takes
 * effect without a restart.
 * @param access refuses roles what they are not allowed; null: all is allowed
 * @throws {PortInUseError}
 */
export async function startSecretsManager(
  port: number,
  read: ReadSecret,
  access: AccessControl | null = null,
): Promise<Listener> {
  return await listen(
    (incoming, response) => {
      answer(incoming, read, access).then(
        ([status, body]) => send(response, status, body),
        (error: unknown) => send(response, 500, { __type: 'InternalServiceError', Message: String(error) }),
      );
    },
    port,
    'Secrets Manager',
  );
}

async function answer(
  incoming: IncomingMessage,
  read: ReadSecret,
  access: AccessControl | null,
): Promise<[number, object]> {
  const body = await readBody(incoming, MAX_REQUEST_BYTES);
  const target = incoming.headers['x-amz-target'];
  if (target !== 'secretsmanager.GetSecretValue') {
    return [
      400,
      { __type: 'UnknownOperationException', Message: `Not implemented locally: ${String(target)}` },
    ];
  }
  const parsed = request.safeParse(parseJson(body.toString('utf8')));
  if (!parsed.success) return [400, { __type: 'InvalidParameterException', Message: 'SecretId is missing' }];
  const name = getName(parsed.data.SecretId);
  const refusal = access?.findRefusal(incoming.headers.authorization, () =>
    toSecretsCalls('GetSecretValue', name),
  );
  if (refusal) return [400, { __type: 'AccessDeniedException', Message: refusal }];
  const text = read(name);
  if (text === null) {
    const message = "Secrets Manager can't find the specified secret.";
    return [400, { __type: 'ResourceNotFoundException', Message: message }];
  }
  const version = { VersionId: randomUUID(), VersionStages: ['AWSCURRENT'] };
  return [200, { ARN: secretArn(name), Name: name, SecretString: text, ...version }];
}

/** A request names a secret by its name, its ARN, or its ARN without the random suffix. */
function getName(secretId: string): string {
  const name = /^arn:aws:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(secretId)?.[1];
  if (name === undefined) return secretId;
  const ending = secretArn('').slice(secretArn('').lastIndexOf(':') + 1);
  return name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
