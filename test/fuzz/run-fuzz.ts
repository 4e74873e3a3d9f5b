import { Random } from '../simulation/life/random.ts';
import { ConsoleForms } from './console-forms.ts';
import { makeRequest, type OutsideRequest, SECRETS } from './doors.ts';
import { PERSON, TYPED } from './mutations.ts';
import { type Answered, openOutsideFunctions } from './outside.ts';

/** CPU time that an answer may take, in ms: a fixed part, and a part for each KB of the request. */
const LIMIT = { fixed: 250, perKilobyte: 2 };

/** Of this many requests one goes to the console, and one over a socket. */
const CONSOLE_SHARE = 10;
const SOCKET_SHARE = 25;

export interface FuzzReport {
  readonly requests: number;
  readonly seed: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How many messages were queued. */
  readonly messages: number;
  /** A sentence for each request after which something was wrong. */
  readonly problems: readonly string[];
  /** Requests that took more CPU time than the limit, and the most that one took for a KB, in ms. */
  readonly slow: number;
  readonly slowestMs: number;
}

/** Sends requests that follow from the seed to every door, and looks at what came of each. */
export async function runFuzz(requests: number, seed: number): Promise<FuzzReport> {
  const statuses: Record<string, number> = {};
  const problems: string[] = [];
  const sums = { messages: 0, slow: 0, slowestMs: 0 };
  const noteRejection = (error: unknown) =>
    problems.push(`A promise was rejected and not handled: ${String(error)}`);
  process.on('unhandledRejection', noteRejection);
  const functions = await openOutsideFunctions();
  const forms = new ConsoleForms();
  const send = async (request: OutsideRequest, id: number) => {
    if (id % CONSOLE_SHARE === 0) return await functions.measure(() => forms.send(request));
    return await (id % SOCKET_SHARE === 1
      ? functions.answerOverHttp(request)
      : functions.answer(request, id));
  };
  try {
    for (let id = 0; id < requests; id += 1) {
      const random = new Random(seed * 1_000_003 + id);
      const request = id % CONSOLE_SHARE === 0 ? forms.make(random) : makeRequest(random);
      const answered = await send(request, id);
      if (answered === null) continue;
      const status = String(answered.statusCode);
      statuses[status] = (statuses[status] ?? 0) + 1;
      sums.messages += answered.messages.length;
      sums.slowestMs = Math.max(sums.slowestMs, Math.round(answered.cpuMs));
      if (answered.cpuMs > LIMIT.fixed + (LIMIT.perKilobyte * request.body.length) / 1024) sums.slow += 1;
      for (const problem of findProblems(request, answered))
        problems.push(`Request ${id} (${request.method} ${request.path}): ${problem}`);
    }
  } finally {
    await functions.close();
    process.off('unhandledRejection', noteRejection);
  }
  return { requests, seed, statuses, problems, ...sums };
}

function findProblems(request: OutsideRequest, { statusCode, body, lines, messages }: Answered): string[] {
  const problems: string[] = [];
  if (!(statusCode >= 200 && statusCode < 500)) problems.push(`${statusCode}: ${lines.slice(0, 400)}`);
  const data: string[] = Object.values(PERSON);
  if (request.path !== '/webhooks/dear') data.push(TYPED);
  const written = [...lines.split('\n'), ...messages];
  for (const text of written) {
    const datum = [...data, ...Object.values(SECRETS)].find((one) => text.includes(one));
    if (datum !== undefined) problems.push(`'${datum}' is in ${text.slice(0, 300)}`);
  }
  const told = Object.values(SECRETS).find((secret) => body.includes(secret));
  if (told !== undefined) problems.push(`the answer tells '${told}'`);
  const isAccepted = request.handler === 'receive-webhook' && statusCode === 202;
  if (isAccepted && messages.length === 0) problems.push('it was accepted, and nothing is queued');
  if (!isAccepted && request.handler === 'receive-webhook' && messages.length > 0)
    problems.push(`it was answered ${statusCode}, and something is queued`);
  return problems;
}
