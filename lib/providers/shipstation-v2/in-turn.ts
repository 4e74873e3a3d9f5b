import { OperatorActionNeeded, Throttled, UpstreamError } from '../../domain/errors.ts';

/** ShipStation says that a parcel's shipment is not there (any more). */
export class ShipmentGone extends Error {
  override readonly name = 'ShipmentGone';
}

/** A row whose meaning could not be found out. */
export interface FailedRow<Row> {
  readonly row: Row;
  readonly error: unknown;
}

/** So many failures in a row are no longer those of single rows. */
const MOST_IN_A_ROW = 3;

/**
 * What each row reports, asked one after the other: the 200 calls a minute are shared with orders that wait. A row that fails
 * by itself takes no other with it.
 * @throws {unknown} what is not one row's fault: the rate limit, the credentials, a service that answers none of several
 */
export async function inTurn<Row, Entry>(
  rows: readonly Row[],
  report: (row: Row) => Promise<readonly Entry[]>,
): Promise<{ entries: Entry[]; failed: FailedRow<Row>[] }> {
  const entries: Entry[] = [];
  const failed: FailedRow<Row>[] = [];
  let inARow = 0;
  for (const row of rows) {
    try {
      entries.push(...(await report(row)));
      inARow = 0;
    } catch (error) {
      inARow += error instanceof ShipmentGone ? 0 : 1;
      if (!isOfRow(error) || inARow >= MOST_IN_A_ROW) throw error;
      failed.push({ row, error });
    }
  }
  return { entries, failed };
}

function isOfRow(error: unknown): boolean {
  if (error instanceof Throttled || error instanceof OperatorActionNeeded) return false;
  return error instanceof ShipmentGone || error instanceof UpstreamError;
}
