export const THROTTLES = ['refuse-429', 'refuse-503', 'refuse-400', 'refuse-403'] as const;
export type Throttle = (typeof THROTTLES)[number];

const WORDS = 'You have reached 60 calls per 60 seconds API limit.';

/**
 * The four answers that DEAR has been seen to give over the limit.
 * @param retryAfter the header of a 429 where it has one: `60 Seconds` has been seen
 */
export function throttledAnswer(kind: Throttle, retryAfter?: string): Response {
  switch (kind) {
    case 'refuse-429':
      return Response.json([{ ErrorCode: 429, Exception: WORDS }], {
        status: 429,
        headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
      });
    case 'refuse-503':
      return new Response(WORDS, { status: 503, headers: { 'content-type': 'text/plain' } });
    case 'refuse-400':
      return Response.json([{ ErrorCode: 400, Exception: WORDS }], { status: 400 });
    case 'refuse-403':
      return Response.json({ ErrorCode: 403, Exception: 'Access is temporarily denied' }, { status: 403 });
  }
}

/** Which of the four comes next: the chosen one, or each in turn. */
export function throttles(chosen: () => Throttle | 'rotate'): () => Throttle {
  let given = 0;
  return () => {
    const choice = chosen();
    if (choice !== 'rotate') return choice;
    given += 1;
    return THROTTLES[(given - 1) % THROTTLES.length] ?? 'refuse-429';
  };
}
