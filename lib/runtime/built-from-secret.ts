/**
 * Builds something from a secret at its first use and keeps it until the secret is a different one, so that credentials
 * can be replaced at any time without a deployment. `read` is expected to cache.
 */
export function builtFromSecret<Secret, Value>(
  read: () => Promise<Secret>,
  build: (secret: Secret) => Value,
): () => Promise<Value> {
  let last: { readonly secret: string; readonly value: Value } | undefined;
  return async () => {
    const secret = await read();
    const text = JSON.stringify(secret);
    if (last?.secret !== text) last = { secret: text, value: build(secret) };
    return last.value;
  };
}
