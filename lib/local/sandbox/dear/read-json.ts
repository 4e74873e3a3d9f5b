import type { Context } from 'hono';
import { Refusal } from './refusal.ts';

/** @throws {Refusal} 400 where the body is not JSON */
export async function readJson(context: Context): Promise<unknown> {
  return parsed(await context.req.text());
}

/** No body at all is `{}`. */
export async function readJsonIfAny(context: Context): Promise<unknown> {
  const text = await context.req.text();
  return text.trim() === '' ? {} : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('The body is not JSON');
  }
}
