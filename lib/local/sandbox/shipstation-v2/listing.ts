import * as z from 'zod';

export type Filters = Readonly<Record<string, string>>;

const paging = z.object({
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(1).max(500).default(25),
});
const sorting = z.enum(['asc', 'desc']).default('desc');

export interface Page<Row> {
  rows: Row[];
  total: number;
  page: number;
  pages: number;
  links: Record<'first' | 'last' | 'prev' | 'next', { href?: string }>;
}

/** @throws {ZodError} for a page or size that is none */
export function pageOf<Row>(rows: readonly Row[], url: URL, sizeParameter: string): Page<Row> {
  const asked = Object.fromEntries(url.searchParams);
  const { page, size } = paging.parse({ page: asked.page, size: asked[sizeParameter] });
  const pages = Math.ceil(rows.length / size);
  const ends = Math.max(pages, 1);
  const link = (number: number) => (number >= 1 && number <= pages ? { href: hrefOf(url, number) } : {});
  return {
    rows: rows.slice((page - 1) * size, page * size),
    total: rows.length,
    page,
    pages,
    links: {
      first: { href: hrefOf(url, 1) },
      last: { href: hrefOf(url, ends) },
      prev: link(page - 1),
      next: link(page + 1),
    },
  };
}

function hrefOf(url: URL, page: number): string {
  const copy = new URL(url);
  copy.searchParams.set('page', String(page));
  return copy.href;
}

/** Newest first unless asked otherwise; rows of one moment keep the order in which they were made. */
export function sorted<Row extends Record<Field, string>, Field extends string>(
  rows: readonly Row[],
  field: Field,
  direction: string | undefined,
): Row[] {
  const ascending = rows.toSorted((a, b) => Date.parse(a[field]) - Date.parse(b[field]));
  return sorting.parse(direction) === 'asc' ? ascending : ascending.reverse();
}

/**
 * Asks whether a moment lies in `<name>_start` … `<name>_end`, both included.
 * @throws {ZodError} at once, for a bound that is no time
 */
export function within(filters: Filters, name: string): (time: string) => boolean {
  const start = moment(filters[`${name}_start`]) ?? Number.NEGATIVE_INFINITY;
  const end = moment(filters[`${name}_end`]) ?? Number.POSITIVE_INFINITY;
  return (time) => Date.parse(time) >= start && Date.parse(time) <= end;
}

function moment(text: string | undefined): number | undefined {
  return text === undefined ? undefined : z.coerce.date().parse(text).getTime();
}

/** Whether each of the row's named fields equals its filter, where there is one. */
export function matches(filters: Filters, row: object, fields: readonly string[]): boolean {
  const values = new Map(Object.entries(row));
  return fields.every((field) => filters[field] === undefined || values.get(field) === filters[field]);
}
