/** DEAR's "no". Thrown by the rules, so that a refused write leaves nothing behind. */
export class Refusal extends Error {
  readonly status: number;
  /** The `ErrorCode` inside the body; it may differ from the HTTP status, as seen live. */
  readonly code: number;

  constructor(exception: string, status = 400, code = status) {
    super(exception);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** A reference that does not exist is HTTP 400 with an inner 404: seen live, not documented. */
export function notFound(exception: string): Refusal {
  return new Refusal(exception, 400, 404);
}
