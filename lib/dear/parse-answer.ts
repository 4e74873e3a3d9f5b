import type * as z from 'zod';
import { AmbiguousWrite, UnexpectedAnswer } from '../domain/errors.ts';
import { type DearCall, detailsOf, isWrite } from './call.ts';

/**
 * Checks the body of a success. The words name the fields that do not fit, never their values.
 * @throws {UnexpectedAnswer} a read whose body has another form
 * @throws {AmbiguousWrite} a write whose body has another form: DEAR said yes, so it must not simply be repeated
 */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  call: DearCall,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const details = detailsOf(call, { status: 200, words: misfits(result.error) });
  throw isWrite(call) ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

/** A list whose every row misfits would fill the log with the same sentence. */
const MOST_NAMED = 5;

function misfits(error: z.ZodError): string {
  const fields = error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`,
  );
  const rest = fields.length - MOST_NAMED;
  return [...fields.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
