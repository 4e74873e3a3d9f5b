import { Socket } from 'node:net';
import { UserError } from '../lib/domain/errors.ts';
import { isLoopback } from '../lib/runtime/loopback.ts';

/** The local system would connect to a machine that the settings do not name. */
export class NotLoopbackError extends UserError {
  readonly kind = 'usage';
}

/**
 * @param what the address's part in the local system, for the message: `the engines' endpoint`
 * @throws {NotLoopbackError} where the address is of another machine
 */
export function requireLoopback(url: string, what: string): string {
  if (isLoopback(new URL(url).hostname)) return url;
  throw new NotLoopbackError(
    `${what} is ${new URL(url).host}, another machine`,
    'The local system keeps to 127.0.0.1; name other systems as baseUrl in the settings',
  );
}

/**
 * Limits the connections of this thread to this machine and the given hosts, so that a client without its local endpoint
 * fails at once instead of reaching a real account. Unix sockets stay allowed. The check is in the one method through which
 * all sockets connect.
 */
export function refuseConnectionsExcept(hosts: readonly string[]): void {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  const connect = Socket.prototype.connect;
  const guarded = function (this: Socket, ...parameters: unknown[]): Socket {
    const host = toHost(parameters);
    if (host === null || isLoopback(host) || allowed.has(host.toLowerCase())) {
      return Reflect.apply(connect, this, parameters);
    }
    const refusal = `The local system does not connect to ${host}: it is not named in the settings.`;
    process.nextTick(() => this.destroy(new NotLoopbackError(refusal)));
    return this;
  };
  Socket.prototype.connect = guarded;
}

/** Node calls `connect` with `[[options, callback]]`, `(options)`, `(port, host)` or `(path)`. */
function toHost(parameters: readonly unknown[]): string | null {
  const first = Array.isArray(parameters[0]) ? parameters[0][0] : parameters[0];
  if (typeof first === 'string' && !/^\d+$/.test(first)) return null;
  if (typeof first !== 'object' || first === null) {
    return typeof parameters[1] === 'string' ? parameters[1] : 'localhost';
  }
  if ('path' in first && typeof first.path === 'string') return null;
  return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost';
}
