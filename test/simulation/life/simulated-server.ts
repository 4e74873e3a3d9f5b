import { closeHost, type Host, openHost } from './network.ts';

/** In place of `sandbox/kit/server.ts`: a sandbox is a host of the network in this process. */
export async function serve(fetch: Host): Promise<{ origin: string; close(): Promise<void> }> {
  const origin = openHost(fetch);
  return { origin, close: async () => closeHost(origin) };
}

export class PortInUseError extends Error {}
