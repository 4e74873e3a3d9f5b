import type * as z from 'zod';

interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Sends a request to a sandbox.
 * @throws {Error} for an unsuccessful answer, with its text: sandboxes have no secrets
 */
export async function requestJson<Answer>(
  url: string,
  schema: z.ZodType<Answer>,
  { method = 'GET', headers = {}, body }: JsonRequest = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return schema.parse(JSON.parse(text));
}
