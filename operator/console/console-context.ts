import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import * as z from 'zod';
import { Deferred, Rejected, UserError, type UserErrorKind } from '../../lib/domain/errors.ts';
import type { ConsoleDeps } from './views.ts';

/** What every route uses: the bridge, the token of its forms, and the frame around its page. */
export interface ConsoleContext {
  readonly deps: ConsoleDeps;
  readonly token: string;
  page(
    context: Context,
    title: string,
    body: Child,
    status?: 200 | FailureStatus,
  ): Response | Promise<Response>;
}

type FailureStatus = 400 | 404 | 409 | 502;

/** What a page says of something that was not done. */
interface Explanation {
  readonly status: FailureStatus;
  readonly title: string;
  readonly sentence: string;
  /** Whether the error is also printed in the terminal of the console. */
  readonly isUnforeseen: boolean;
}

const BY_KIND: Readonly<Record<UserErrorKind, readonly [status: FailureStatus, title: string]>> = {
  refused: [409, 'Not done'],
  usage: [400, 'Not done'],
  'not-found': [404, 'Not found'],
  unreachable: [502, 'Not answered'],
  'not-running': [502, 'Not answered'],
};

/**
 * An error for the operator is shown as it is. The message of any other error is printed in the terminal only: it may quote
 * what DEAR or a provider said of a customer, and other people may see the page.
 */
export function explainFailure(error: unknown): Explanation {
  if (error instanceof UserError) return explained(...BY_KIND[error.kind], error.message);
  if (error instanceof Deferred) {
    return explained(409, 'Not done', 'It was changed at the same moment. Look at it again.');
  }
  if (error instanceof z.ZodError) {
    return explained(
      400,
      'Not done',
      'A field of the form is not filled in correctly. Go back and correct it.',
    );
  }
  if (error instanceof Rejected) {
    const sentence = `${error.details.system} refused it. The terminal of the console says why.`;
    return { ...explained(409, 'Not done', sentence), isUnforeseen: true };
  }
  const name = error instanceof Error ? error.name : 'an unknown failure';
  const sentence = `The bridge could not answer (${name}). The terminal of the console says more.`;
  return { ...explained(502, 'Not answered', sentence), isUnforeseen: true };
}

function explained(status: FailureStatus, title: string, sentence: string): Explanation {
  return { status, title, sentence, isUnforeseen: false };
}

export function toCsvHeaders(name: string) {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w-]/g, '_')}.csv"`,
  };
}
