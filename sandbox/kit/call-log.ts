/** One call of an API, as made and as answered. Bodies are not kept. */
export interface ApiCall {
  /** ISO UTC. */
  at: string;
  method: string;
  /** As sent, without its query. */
  path: string;
  query: Record<string, string>;
  /** null: the socket was closed without an answer. */
  status: number | null;
}

const MAX_CALLS = 10_000;

export interface CallLog<Call> {
  add(call: Call): void;
  calls(): Call[];
}

/** The newest 10,000 calls, in memory only. */
export function createCallLog<Call extends ApiCall>(): CallLog<Call> {
  const calls: Call[] = [];
  return {
    add: (call) => {
      calls.push(call);
      if (calls.length > MAX_CALLS) calls.shift();
    },
    calls: () => structuredClone(calls),
  };
}
