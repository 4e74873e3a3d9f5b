import {
  AmbiguousWrite,
  BudgetExhausted,
  OperatorActionNeeded,
  RefusedInShadow,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  UpstreamError,
} from '../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../upstream/attempt.ts';
import { type CallObserver, getCallObserver, observeCalls } from '../upstream/observe.ts';
import type { AcceptedOrder } from './provider.ts';

/** What a service says of one order of a call; null where its answer does not say it. */
export type Verdict = AcceptedOrder | UpstreamError | null;

interface JoinedCall<Request> {
  /** The connection's id, which errors name. */
  readonly system: string;
  /** How many orders a call may have now. */
  readonly getMaxJoined: () => number;
  /** Two orders of one key are never in one call: they would replace each other. */
  readonly getKey: (request: Request) => string;
  readonly getReference: (request: Request) => string;
  /**
   * Creates orders.
   * @param begin gives them when the call begins, and ends the joining
   * @param reference of the first
   * @throws {Rejected} none of them was created
   */
  readonly send: (
    begin: () => readonly Request[],
    reference: string,
  ) => Promise<(request: Request, attempt: Attempt) => Verdict>;
}

interface Submission<Request> {
  readonly request: Request;
  readonly resolve: (accepted: AcceptedOrder) => void;
  readonly reject: (error: unknown) => void;
  /** Who learns of the calls for it. */
  readonly observer: CallObserver | undefined;
}

/**
 * Creates orders, those that wait for the same slot of the rate budget in one call: so a single order is sent at once, and a
 * backlog in as few calls as there are slots. Each order has an outcome of its own:
 * - its verdict, found by its key: accepted or refused;
 * - no verdict: it may have been stored, so it has to be looked up;
 * - the call was refused: each is sent alone, so that one bad order does not refuse the others;
 * - no answer to the call: each may have been stored.
 */
export function joinedSubmissions<Request>(call: JoinedCall<Request>) {
  const { system, getMaxJoined, getKey, getReference } = call;
  /** Submissions that wait for the call's slot; null while none does. */
  let waiting: Array<Submission<Request>> | null = null;

  function submit(request: Request): Promise<AcceptedOrder> {
    return new Promise((resolve, reject) => {
      const submission = { request, resolve, reject, observer: getCallObserver() };
      if (waiting !== null && mayJoin(waiting, request)) waiting.push(submission);
      else void send([submission], true);
    });
  }

  function mayJoin(submissions: ReadonlyArray<Submission<Request>>, request: Request): boolean {
    const isAnother = submissions.every((one) => getKey(one.request) !== getKey(request));
    return isAnother && submissions.length < getMaxJoined();
  }

  /** @param isOpen whether others may join until the call begins */
  async function send(submissions: Array<Submission<Request>>, isOpen: boolean): Promise<void> {
    if (isOpen) waiting = submissions;
    const close = () => {
      if (waiting === submissions) waiting = null;
      return submissions.map(({ request }) => request);
    };
    const [first] = submissions;
    try {
      const reference = first === undefined ? '' : getReference(first.request);
      const judge = await observeForAll(submissions, () => call.send(close, reference));
      for (const submission of submissions) {
        const attempt = toAttempt(getReference(submission.request));
        settle(submission, judge(submission.request, attempt), attempt);
      }
    } catch (error) {
      close();
      if (error instanceof Rejected && submissions.length > 1) await sendEachAlone(submissions);
      else for (const { reject, request } of submissions) reject(withReference(error, getReference(request)));
    }
  }

  async function sendEachAlone(submissions: ReadonlyArray<Submission<Request>>): Promise<void> {
    for (const submission of submissions) await send([submission], false);
  }

  function toAttempt(reference: string): Attempt {
    return { system, operation: 'create order', reference, writes: true };
  }

  return {
    /** Joins others, or lets others join it. */
    submit,
    /** For an order that may have made an earlier call fail. */
    submitAlone: (request: Request) =>
      new Promise<AcceptedOrder>(
        (resolve, reject) => void send([{ request, resolve, reject, observer: getCallObserver() }], false),
      ),
  };
}

/** Reports the calls of the work for each of the submissions, also of those that join later. */
function observeForAll<Result>(
  submissions: ReadonlyArray<Submission<unknown>>,
  work: () => Promise<Result>,
): Promise<Result> {
  return observeCalls((exchange) => {
    for (const { observer } of submissions) observer?.(exchange);
  }, work);
}

function settle<Request>({ resolve, reject }: Submission<Request>, verdict: Verdict, attempt: Attempt): void {
  if (verdict === null) {
    const upstreamMessage = 'the answer has no verdict on this order';
    reject(new AmbiguousWrite(toErrorDetails(attempt, { status: 200, upstreamMessage })));
  } else if (verdict instanceof UpstreamError) reject(verdict);
  else resolve(verdict);
}

/** The error of the call as that of one of its orders. */
function withReference(error: unknown, reference: string): unknown {
  if (!(error instanceof UpstreamError) || error.details.reference === reference) return error;
  const details = { ...error.details, reference };
  if (error instanceof BudgetExhausted) return new BudgetExhausted(details, error.retryAfterMs);
  if (error instanceof Throttled) return new Throttled(details, error.retryAfterMs);
  if (error instanceof AmbiguousWrite) return new AmbiguousWrite(details);
  if (error instanceof Unavailable) return new Unavailable(details);
  if (error instanceof RefusedInShadow) return new RefusedInShadow(details);
  if (error instanceof OperatorActionNeeded) return new OperatorActionNeeded(details);
  return new UnexpectedAnswer(details);
}
