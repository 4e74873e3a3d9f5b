import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type Clock, HOUR_MS, MINUTE_MS } from '../domain/clock.ts';
import { OperatorActionNeeded, Unavailable } from '../domain/errors.ts';
import { equalInConstantTime, withoutByteOrderMark } from '../domain/text.ts';
import { createSecretsManagerClient } from './aws-clients.ts';

/** Long enough to cost next to nothing, short enough that a rotation is noticed within five minutes. */
const FRESH_MS = 5 * MINUTE_MS;
/** For how long a value still counts that was read last, while Secrets Manager gives no answer. */
const KEPT_MS = HOUR_MS;
/** Between two attempts to replace such a value, so that not each webhook waits for an answer that does not come. */
const PAUSE_MS = MINUTE_MS;

interface KeptSecret {
  readonly text: string;
  readonly readAt: number;
  /** When it is read again. */
  readonly dueAt: number;
}

/** Secrets of one container, each read again after five minutes. */
export class SecretReader {
  readonly #kept = new Map<string, KeptSecret>();
  readonly #client: Pick<SecretsManagerClient, 'send'>;
  readonly #now: Clock;

  constructor(client: Pick<SecretsManagerClient, 'send'>, now: Clock) {
    this.#client = client;
    this.#now = now;
  }

  /**
   * A secret's JSON, parsed. While Secrets Manager does not answer, the value that was read last counts for an hour.
   * @throws {OperatorActionNeeded} where it is missing, may not be read, or has not been filled in yet
   * @throws {Unavailable} where Secrets Manager does not answer
   */
  async read<Secret>(secretId: string, schema: z.ZodType<Secret>): Promise<Secret> {
    const result = schema.safeParse(parse(await this.#getText(secretId)));
    if (result.success) return result.data;
    const missing = result.error.issues
      .map((issue) => issue.path.join('.') || 'the form of a JSON object')
      .join(', ');
    throw new OperatorActionNeeded({
      system: 'Secrets Manager',
      operation: `read secret ${secretId}, which lacks: ${missing}`,
    });
  }

  async #getText(secretId: string): Promise<string> {
    const kept = this.#kept.get(secretId);
    const now = this.#now();
    if (kept !== undefined && now < kept.dueAt) return kept.text;
    try {
      const { SecretString = '' } = await this.#client.send(
        new GetSecretValueCommand({ SecretId: secretId }),
      );
      this.#kept.set(secretId, { text: SecretString, readAt: now, dueAt: now + FRESH_MS });
      return SecretString;
    } catch (cause) {
      const details = { system: 'Secrets Manager', operation: `read secret ${secretId}`, cause };
      if (isRefusal(cause)) throw new OperatorActionNeeded(details);
      if (kept === undefined || now - kept.readAt > KEPT_MS) throw new Unavailable(details);
      this.#kept.set(secretId, { ...kept, dueAt: now + PAUSE_MS });
      return kept.text;
    }
  }
}

const awsError = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.number() }) });

/** Whether the answer says that the secret cannot be read, now or later. No answer and an overload say nothing of it. */
function isRefusal(error: unknown): boolean {
  const { data } = awsError.safeParse(error);
  return data !== undefined && data.$metadata.httpStatusCode < 500 && !data.name.includes('Throttling');
}

let ofThisContainer: SecretReader | undefined;

/** Reads with the one reader of this container: see {@link SecretReader.read}. */
export async function readSecret<Secret>(secretId: string, schema: z.ZodType<Secret>): Promise<Secret> {
  ofThisContainer ??= new SecretReader(createSecretsManagerClient(), Date.now);
  return await ofThisContainer.read(secretId, schema);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(text));
  } catch {
    return undefined;
  }
}

/** DEAR's API application: Integrations → API → account id and application key. */
export const dearSecret = z.object({ accountId: z.string().min(1), applicationKey: z.string().min(1) });

/** Two tokens are valid while one is being replaced; `previous` is empty otherwise. */
export const webhookSecret = z.object({ current: z.string().min(16), previous: z.string().default('') });

/** In a time that does not depend on how much of the token is right, for tokens of any length. */
export function matchesToken(
  presented: string,
  { current, previous }: z.infer<typeof webhookSecret>,
): boolean {
  const isCurrent = equalInConstantTime(presented, current);
  const isPrevious = equalInConstantTime(presented, previous);
  return isCurrent || (previous !== '' && isPrevious);
}

/**
 * Builds something from a secret at its first use and keeps it until the secret is a different one, so that credentials
 * can be replaced at any time without a deployment. `read` is expected to cache.
 */
export function builtFromSecret<Secret, Value>(
  read: () => Promise<Secret>,
  build: (secret: Secret) => Value | Promise<Value>,
): () => Promise<Value> {
  let last: { readonly secret: string; readonly value: Value | Promise<Value> } | undefined;
  return async () => {
    const secret = await read();
    const text = JSON.stringify(secret);
    // A secret without a value has the text undefined.
    if (last === undefined || last.secret !== text) last = { secret: text, value: build(secret) };
    return last.value;
  };
}
