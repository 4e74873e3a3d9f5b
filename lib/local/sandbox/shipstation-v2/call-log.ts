/** One call of the API, as made and as answered. In memory only; bodies are not kept. */
export interface ShipStationCall {
  /** ISO UTC. */
  at: string;
  method: string;
  /** Without its query. */
  path: string;
  query: Record<string, string>;
  /** null: the socket was closed without an answer. */
  status: number | null;
}

const KEPT = 10_000;

export interface CallLog {
  add(call: ShipStationCall): void;
  calls(): ShipStationCall[];
}

export function callLog(): CallLog {
  const calls: ShipStationCall[] = [];
  return {
    add: (call) => {
      calls.push(call);
      if (calls.length > KEPT) calls.shift();
    },
    calls: () => structuredClone(calls),
  };
}
