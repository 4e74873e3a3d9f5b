import type * as z from 'zod';
import { AmbiguousWrite, UnexpectedAnswer, type UpstreamError } from '../domain/errors.ts';
import { type Attempt, toDetails } from './attempt.ts';

/** A list whose every row has another form would say the same thing a thousand times. */
const MAX_NAMED = 5;

/**
 * Checks the body of a success.
 * @throws {UnexpectedAnswer} a read whose body has another form
 * @throws {AmbiguousWrite} a write whose body has another form: something was done, so it must not simply be repeated
 */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  attempt: Attempt,
  status = 200,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw errorFromMisfit(attempt, status, namePaths(result.error));
}

/** A success in a form that we do not know. @param paths which fields are wrong; never their values, which may be personal */
export function errorFromMisfit(attempt: Attempt, status: number, paths: string): UpstreamError {
  const details = toDetails(attempt, { status, upstreamMessage: paths, cause: new Error(paths) });
  return attempt.writes ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

/** `items.0.quantity: invalid_type, expected number`. Zod's own messages are not used: some of them quote what was found. */
export function namePaths(error: z.ZodError): string {
  const fields = error.issues.map((issue) => {
    const expected = 'expected' in issue ? `, expected ${issue.expected}` : '';
    return `${issue.path.map(String).join('.') || 'the answer'}: ${issue.code}${expected}`;
  });
  const rest = fields.length - MAX_NAMED;
  return [...fields.slice(0, MAX_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** Undefined where the text is not JSON; JSON itself has no undefined. The parser's own error quotes the text, so it is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
