import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod';
import { OperatorActionNeeded } from '../domain/errors.ts';
import { equalInConstantTime } from '../domain/text.ts';

/** Long enough to cost next to nothing, short enough that a rotation is noticed within five minutes. */
const CACHE_SECONDS = 300;

/**
 * A secret's JSON, parsed. Cached by Powertools for five minutes.
 * @throws {OperatorActionNeeded} where it is missing or has not been filled in yet
 */
export async function readSecret<Secret>(secretId: string, schema: z.ZodType<Secret>): Promise<Secret> {
  const text = await fetchSecret(secretId);
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  const missing = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new OperatorActionNeeded({
    system: 'Secrets Manager',
    operation: `read secret ${secretId}, which lacks: ${missing}`,
  });
}

async function fetchSecret(secretId: string): Promise<unknown> {
  try {
    return await getSecret(secretId, { maxAge: CACHE_SECONDS });
  } catch (cause) {
    throw new OperatorActionNeeded({
      system: 'Secrets Manager',
      operation: `read secret ${secretId}`,
      cause,
    });
  }
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
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
    if (last?.secret !== text) last = { secret: text, value: build(secret) };
    return last.value;
  };
}
