/** What each row reports, asked one after the other: the 200 calls a minute are shared with orders that wait. */
export async function inTurn<Row, Entry>(
  rows: readonly Row[],
  report: (row: Row) => Promise<readonly Entry[]>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const row of rows) entries.push(...(await report(row)));
  return entries;
}
