import {
  AmbiguousWrite,
  BudgetExhausted,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  UpstreamError,
} from '../../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import type { AcceptedOrder } from '../provider.ts';
import { errorFromVerdict } from './classify-answer.ts';
import type { ShipStationV1Client } from './client.ts';
import type { OrderRequest } from './order-mapper.ts';
import type { Verdict } from './schemas.ts';

/** ShipStation's own limit of a bulk call. */
const MAX_JOINED = 100;

interface Submission {
  readonly request: OrderRequest;
  readonly resolve: (accepted: AcceptedOrder) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Creates orders, those that wait for the same slot of the rate budget in one call: so a single order is sent at once, and a
 * backlog in as few calls as there are slots. Each order has an outcome of its own:
 * - its verdict, found by its key: accepted or refused;
 * - no verdict: it may have been stored, so it has to be looked up;
 * - the call was refused: each is sent alone, so that one bad order does not refuse the others;
 * - no answer to the call: each may have been stored.
 * @param system the connection's id, which errors name
 */
export function joinedSubmissions(client: Pick<ShipStationV1Client, 'createOrders'>, system: string) {
  /** Submissions that wait for the call's slot; null while none does. */
  let waiting: Submission[] | null = null;

  function submit(request: OrderRequest): Promise<AcceptedOrder> {
    return new Promise((resolve, reject) => {
      const submission = { request, resolve, reject };
      if (waiting !== null && mayJoin(waiting, request)) waiting.push(submission);
      else void send([submission], true);
    });
  }

  /** @param isOpen whether others may join until the call begins */
  async function send(submissions: Submission[], isOpen: boolean): Promise<void> {
    if (isOpen) waiting = submissions;
    const close = () => {
      if (waiting === submissions) waiting = null;
      return submissions.map(({ request }) => request);
    };
    const reference = submissions[0]?.request.orderNumber ?? '';
    try {
      const verdicts = await client.createOrders(close, reference);
      for (const submission of submissions) settle(submission, verdicts, toAttempt(system, submission));
    } catch (error) {
      close();
      if (error instanceof Rejected && submissions.length > 1) await sendEachAlone(submissions);
      else for (const { reject, request } of submissions) reject(withReference(error, request));
    }
  }

  async function sendEachAlone(submissions: readonly Submission[]): Promise<void> {
    for (const submission of submissions) await send([submission], false);
  }

  return {
    /** Joins others, or lets others join it. */
    submit,
    /** For an order that may have made an earlier call fail. */
    submitAlone: (request: OrderRequest) =>
      new Promise<AcceptedOrder>((resolve, reject) => void send([{ request, resolve, reject }], false)),
  };
}

/** Two orders of one key would replace each other. */
function mayJoin(submissions: readonly Submission[], { orderKey }: OrderRequest): boolean {
  return submissions.length < MAX_JOINED && submissions.every(({ request }) => request.orderKey !== orderKey);
}

function settle(
  { request, resolve, reject }: Submission,
  verdicts: readonly Verdict[],
  attempt: Attempt,
): void {
  const own = verdicts.filter(({ orderKey }) => orderKey === request.orderKey);
  const [verdict, ...others] = own;
  if (verdict === undefined || others.length > 0) {
    const upstreamMessage = 'the answer has no verdict on this order';
    reject(new AmbiguousWrite(toErrorDetails(attempt, { status: 200, upstreamMessage })));
  } else if (verdict.refusal !== '') reject(errorFromVerdict(attempt, verdict.refusal));
  else resolve({ providerOrderId: verdict.orderId, cancelled: verdict.isCancelled });
}

function toAttempt(system: string, { request }: Submission): Attempt {
  return { system, operation: 'create order', reference: request.orderNumber, writes: true };
}

/** The error of the call as that of one of its orders. */
function withReference(error: unknown, { orderNumber: reference }: OrderRequest): unknown {
  if (!(error instanceof UpstreamError) || error.details.reference === reference) return error;
  const details = { ...error.details, reference };
  if (error instanceof BudgetExhausted) return new BudgetExhausted(details, error.retryAfterMs);
  if (error instanceof Throttled) return new Throttled(details, error.retryAfterMs);
  if (error instanceof AmbiguousWrite) return new AmbiguousWrite(details);
  if (error instanceof Unavailable) return new Unavailable(details);
  if (error instanceof OperatorActionNeeded) return new OperatorActionNeeded(details);
  return new UnexpectedAnswer(details);
}
