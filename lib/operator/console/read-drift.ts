import type { Bridge } from '../bridge.ts';
import type { DriftView } from './needs.ts';

/** How the connection's stock stood when it was last compared; null where it never was. */
export async function readDrift(_bridge: Bridge, _connection: string): Promise<DriftView | null> {
  return null;
}
