import type { Connection } from '../connection.ts';
import type { ReferenceBooks } from '../sale/catalogue.ts';
import { findDemands } from '../sale/demands-of-sale.ts';
import { isOrderAuthorised, isVoided, type Sale } from '../sale/sale.ts';

/** Connection → SKUs that its provider does not know. */
export type UnknownSkus = ReadonlyMap<string, ReadonlySet<string>>;

/** Connection → the SKUs that it has to ship, for connections with a catalogue. */
export function skusToKnow(
  sale: Sale,
  connections: readonly Connection[],
  books?: ReferenceBooks,
): Map<string, Set<string>> {
  const skus = new Map<string, Set<string>>();
  if (isVoided(sale) || !isOrderAuthorised(sale)) return skus;
  for (const { connection, lines } of findDemands(sale, connections, [], books).demands) {
    if (connection.catalogue.every === 'off') continue;
    const known = skus.get(connection.id) ?? new Set<string>();
    for (const { line } of lines) known.add(line.sku);
    skus.set(connection.id, known);
  }
  return skus;
}

/** Those of the lines that the connection's provider does not know, each once. */
export function findUnknown(
  lines: ReadonlyArray<{ readonly sku: string }>,
  connection: string,
  unknown: UnknownSkus | undefined,
): string[] {
  const skus = unknown?.get(connection) ?? new Set<string>();
  return [...new Set(lines.map(({ sku }) => sku))].filter((sku) => skus.has(sku));
}
