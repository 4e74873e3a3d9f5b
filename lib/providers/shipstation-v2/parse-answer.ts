import type * as z from 'zod';
import type { Attempt } from '../../upstream/attempt.ts';
import { parseBody, parseJson } from '../../upstream/body.ts';
import type { HttpAnswer } from '../../upstream/client.ts';

/**
 * A success's body.
 * @throws {UnexpectedAnswer | AmbiguousWrite} it has another form
 */
export function parseAnswer<Schema extends z.ZodType>(
  answer: HttpAnswer,
  schema: Schema,
  attempt: Attempt,
): z.output<Schema> {
  return parseBody(schema, parseJson(answer.text), attempt, answer.status);
}
