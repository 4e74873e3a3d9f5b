/** Answers requests to one host. */
export type Host = (request: Request, connection: HostConnection) => Response | Promise<Response>;

/** What a host may do to the connection instead of answering. */
interface HostConnection {
  readonly incoming: { readonly socket: { destroy(): void } };
}

/** What lies between a caller and a host: it may refuse, lose or delay what it should pass on. */
export type Gateway = (request: Request, pass: () => Promise<Response>) => Promise<Response>;

/** As a socket and undici report it, with the code that tells what happened. */
export class NetworkError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Caller = (call: () => Promise<Response>) => Promise<Response>;

let caller: Caller = (call) => call();

/** From now on each call of a client is made by it: the process may die before or after it. */
export function setCaller(wanted: Caller): void {
  caller = wanted;
}

const hosts = new Map<string, { readonly host: Host; gateway: Gateway | null }>();
let opened = 0;

/**
 * A host of the network in this process. Requests are answered without sockets and timers, so a run takes no real time and
 * repeats exactly.
 * @returns its origin
 */
export function openHost(host: Host): string {
  opened += 1;
  const origin = `http://127.0.0.1:${20_000 + opened}`;
  hosts.set(origin, { host, gateway: null });
  return origin;
}

export function closeHost(origin: string): void {
  hosts.delete(origin);
}

/** From now on calls of clients pass the gateway; people's screens do not. */
export function setGateway(origin: string, gateway: Gateway): void {
  const entry = hosts.get(origin);
  if (entry !== undefined) entry.gateway = gateway;
}

/** A request of one of our clients. @throws {NetworkError} */
export async function sendThroughGateway(request: Request): Promise<Response> {
  const { gateway } = hosts.get(new URL(request.url).origin) ?? {};
  return await caller(() => (gateway ? gateway(request, () => send(request)) : send(request)));
}

/** A request of a screen, or of a service that calls us. @throws {NetworkError} */
export async function send(request: Request): Promise<Response> {
  const entry = hosts.get(new URL(request.url).origin);
  if (entry === undefined) throw new NetworkError('ECONNREFUSED');
  let wasDestroyed = false;
  const destroy = () => {
    wasDestroyed = true;
  };
  const answer = await entry.host(request, { incoming: { socket: { destroy } } });
  if (wasDestroyed) throw new NetworkError('ECONNRESET');
  return answer;
}

/** Starts over with the same origins, for a run that is repeated. */
export function resetNetwork(): void {
  hosts.clear();
  opened = 0;
}
