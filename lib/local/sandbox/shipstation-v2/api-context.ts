import type { Context } from 'hono';
import { unprintableIn } from '../unprintable.ts';
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
  const body = text === '' ? {} : parsed(text);
  const unprintable = unprintableIn(body);
  if (unprintable === null) return body;
  throw invalid(`${unprintable} holds a control character.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON.');
  }
}

function invalid(message: string): ApiError {
  return new ApiError(400, [problem('validation', 'invalid_field_value', message)]);
}
