import * as z from 'zod';
import { namePaths } from '../../upstream/parse-body.ts';

/** A row of a list that has not the form which we rely on. */
export interface UnreadableRow {
  /** ShipStation's id of it; '' where even that cannot be read. */
  readonly id: string;
  /** Which fields are wrong, never their values: those may be personal. */
  readonly where: string;
}

export interface ReadableRows<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
}

/** Each row by itself: one that cannot be read is named, and takes no other with it. */
export function readRows<Schema extends z.ZodType>(
  schema: Schema,
  idField: string,
  all: readonly unknown[],
): ReadableRows<z.infer<Schema>> {
  const rows: z.infer<Schema>[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const one of all) {
    const result = schema.safeParse(one);
    if (result.success) rows.push(result.data);
    else unreadable.push({ id: idOf(one, idField), where: namePaths(result.error) });
  }
  return { rows, unreadable };
}

function idOf(row: unknown, field: string): string {
  const parsed = z.looseObject({ [field]: z.union([z.string(), z.number()]) }).safeParse(row);
  return parsed.success ? String(parsed.data[field]) : '';
}
