import type { Clock } from '../domain/clock.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { ServedAnswer, ServedRequest } from '../providers/provider-endpoints.ts';

/** A call below `/providers/{connection}/`. */
export interface EndpointRequest extends ServedRequest {
  readonly connection: string;
  readonly sourceAddress: string;
}

export interface Endpoints {
  readonly paths: readonly string[];
  /** Answers 401 where the caller is not known. */
  serve(request: ServedRequest): Promise<ServedAnswer>;
}

interface ServeProviderDeps {
  /** null where no connection has that id, or its service does not call. */
  readonly endpointsOf: (connection: string) => Endpoints | null;
  readonly guesses: GuessLimit;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'EndpointAnswered' | 'EndpointRefused') => void;
}

/** A notice of 3,000 lines has 700 KB. */
export const ENDPOINT_BODY_LIMIT = 1024 * 1024;

/**
 * Has the provider of a connection answer its service. Unknown addresses, large bodies, and callers who have just failed too
 * often, get their answer without it. Nothing of the query or the body is logged: it may be personal.
 * @throws what the provider throws; the caller answers 503
 */
export async function serveProvider(
  request: EndpointRequest,
  deps: ServeProviderDeps,
): Promise<ServedAnswer> {
  const { connection, path, method, sourceAddress, rawBody } = request;
  const began = deps.now();
  const endpoints = deps.endpointsOf(connection);
  if (endpoints === null || !endpoints.paths.includes(path))
    return refuse(404, 'There is nothing at this address.');
  const caller = `${connection} ${sourceAddress}`;
  if (deps.guesses.isBlocked(caller, began))
    return refuse(429, 'Too many wrong passwords. Try again in a minute.');
  if (Buffer.byteLength(rawBody) > ENDPOINT_BODY_LIMIT)
    return refuse(413, `The body is larger than ${ENDPOINT_BODY_LIMIT} bytes.`);
  const answer = await endpoints.serve(request);
  // A client that waits to be asked for credentials begins each call without any.
  const isGuess = answer.statusCode === 401 && request.headers.authorization !== undefined;
  if (isGuess) deps.guesses.note(caller, began);
  deps.count(isGuess ? 'EndpointRefused' : 'EndpointAnswered');
  const bytes = Buffer.byteLength(answer.body);
  const took = deps.now() - began;
  deps.log('endpoint.answered', { connection, path, method, statusCode: answer.statusCode, bytes, took });
  return answer;
}

function refuse(statusCode: number, body: string): ServedAnswer {
  return { statusCode, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

const WINDOW_MS = 60_000;
const WRONG_IN_A_WINDOW = 10;
const MAX_CALLERS = 1_000;

/**
 * Limits how fast one caller can try passwords, in this container. Passwords have at least 16 characters and the route has a rate
 * limit, so this keeps an attack out of the logs and the bill rather than out of the account.
 */
export class GuessLimit {
  readonly #wrong = new Map<string, { readonly since: number; count: number }>();

  isBlocked(caller: string, now: number): boolean {
    const wrong = this.#wrong.get(caller);
    return wrong !== undefined && wrong.count >= WRONG_IN_A_WINDOW && now < wrong.since + WINDOW_MS;
  }

  note(caller: string, now: number): void {
    const wrong = this.#wrong.get(caller);
    if (wrong !== undefined && now < wrong.since + WINDOW_MS) wrong.count += 1;
    else {
      this.#wrong.delete(caller);
      this.#wrong.set(caller, { since: now, count: 1 });
    }
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MAX_CALLERS && oldest !== undefined) this.#wrong.delete(oldest);
  }
}
