import * as z from 'zod';
import { ActionRefused } from '../../lib/domain/order/allowed-actions.ts';
import { VersionConflict } from '../../lib/store/table.ts';
import { NotFound, NotRunning, Refused } from '../refusals.ts';

export type FailureStatus = 400 | 404 | 409 | 502;

/** What a page says of something that was not done. */
interface Explanation {
  readonly status: FailureStatus;
  readonly title: string;
  readonly sentence: string;
  /** Whether the terminal of the console should be told as well. */
  readonly unforeseen: boolean;
}

/**
 * Refusals have words for a person. Those of any other failure are for the terminal: they may quote what DEAR or a service
 * said of a customer, and a page may be shown to anybody.
 */
export function explainFailure(error: unknown): Explanation {
  if (error instanceof NotFound) return said(404, 'Not found', error.message);
  if (error instanceof ActionRefused || error instanceof Refused) return said(409, 'Not done', error.message);
  if (error instanceof NotRunning) return said(502, 'Not answered', error.message);
  if (error instanceof VersionConflict) {
    return said(409, 'Not done', 'It was changed by somebody else at this moment. Look at it again.');
  }
  if (error instanceof z.ZodError) {
    return said(
      400,
      'Not done',
      'The form was not filled in as it has to be. Go back and look at its fields.',
    );
  }
  const name = error instanceof Error ? error.name : 'an unknown failure';
  const sentence = `The bridge could not answer (${name}). The terminal of the console says more.`;
  return { ...said(502, 'Not answered', sentence), unforeseen: true };
}

function said(status: FailureStatus, title: string, sentence: string): Explanation {
  return { status, title, sentence, unforeseen: false };
}
