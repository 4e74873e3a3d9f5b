import type * as z from 'zod';
import { type Answer, type Attempt, failureOfForm, parseJson } from './failures.ts';
import { whereOf } from './readable-rows.ts';

/**
 * A success's body. Of one in another form only the wrong fields are named: an error may be logged, and values may be
 * personal.
 * @throws {UnexpectedAnswer | AmbiguousWrite} it has another form
 */
export function parseAnswer<Schema extends z.ZodType>(
  answer: Answer,
  schema: Schema,
  attempt: Attempt,
): z.infer<Schema> {
  const result = schema.safeParse(parseJson(answer.body));
  if (result.success) return result.data;
  throw failureOfForm(attempt, answer.status, whereOf(result.error));
}
