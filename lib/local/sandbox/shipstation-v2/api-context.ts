import type { Context } from 'hono';
import { ApiError, problem } from './api-error.ts';
import type { SandboxEnv } from './gate.ts';
import { pageOf } from './listing.ts';

export type ApiContext = Context<SandboxEnv>;

/** @param sizeParameter what the endpoint calls the size of a page */
export function listAnswer<Row>(
  c: ApiContext,
  name: string,
  all: readonly Row[],
  sizeParameter: 'page_size' | 'limit' = 'page_size',
): Response {
  const { rows, ...page } = pageOf(all, new URL(c.req.url), sizeParameter);
  return c.json({ [name]: rows, ...page });
}

/** An empty body is an empty object: buying a label needs nothing said. */
export async function jsonOf(c: ApiContext): Promise<unknown> {
  const text = await c.req.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, [problem('validation', 'invalid_field_value', 'The body is not JSON.')]);
  }
}
