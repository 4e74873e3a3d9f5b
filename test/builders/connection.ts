import type { Connection } from '../../lib/domain/connection.ts';
import { LOCATION } from './sale.ts';

export function connection(overrides: Partial<Connection> = {}): Connection {
  return {
    id: 'lantern',
    location: LOCATION,
    backorders: 'wait',
    fields: { gift: '', giftMessage: '', image: '', options: {} },
    ...overrides,
  };
}
