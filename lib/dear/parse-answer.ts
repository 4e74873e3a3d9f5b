import type * as z from 'zod';
import { parseBody } from '../upstream/body.ts';
import { type DearCall, toAttempt } from './call.ts';

/**
 * Checks the body of a success.
 * @throws {UnexpectedAnswer} a read whose body has another form
 * @throws {AmbiguousWrite} a write whose body has another form: DEAR said yes, so it must not simply be repeated
 */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  call: DearCall,
): z.output<Schema> {
  return parseBody(schema, body, toAttempt(call));
}
