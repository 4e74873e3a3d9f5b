import type { Connection } from '../domain/connection.ts';
import type { ReferenceBooks } from '../domain/reference-books.ts';
import type { Sale } from '../domain/sale.ts';
import { skusToKnow, type UnknownSkus } from '../domain/unknown-skus.ts';

export interface FindUnknownSkusNeeds {
  readonly catalogues: {
    unknown(connection: string, skus: Iterable<string>): Promise<ReadonlySet<string>>;
  };
  readonly connections: readonly Connection[];
}

/** Of what the sale asks each connection to ship. Costs some small reads of the table, and no call. */
export async function findUnknownSkus(
  sale: Sale,
  books: ReferenceBooks,
  needs: FindUnknownSkusNeeds,
): Promise<UnknownSkus> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [connection, skus] of skusToKnow(sale, needs.connections, books)) {
    found.set(connection, await needs.catalogues.unknown(connection, skus));
  }
  return found;
}
