import type { ProviderBox } from '../../lib/domain/ports/provider-box.ts';
import { createProviderBox } from '../../lib/store/provider-box.ts';
import { InMemoryTable } from './in-memory-table.ts';

/** The box of a provider that keeps nothing, or of one that a test does not look into. */
export function inMemoryBox(connection: string, now: () => number = () => 0): ProviderBox {
  return createProviderBox(connection, new InMemoryTable(), now, 90);
}
