import * as z from 'zod';

/**
 * Extensiv answers in two forms: HAL (`_embedded`, names such as `readOnly`) where `application/hal+json` is accepted, and plain
 * JSON (`ResourceList`, names such as `ReadOnly`) otherwise. Both are read, because a gateway may drop the `Accept` header.
 */
export const HAL = 'application/hal+json';

/** The end of a link relation → the name that plain JSON has for it. Any other is none of ours, and keeps its end as its name. */
const EMBEDDED: Readonly<Record<string, string>> = {
  'orders/item': 'orderItems',
  'orders/packagecontent': 'packageContents',
  'orders/order': 'resourceList',
  'customers/customer': 'resourceList',
  'customers/item': 'resourceList',
  item: 'resourceList',
};

/** The same value with names in camel case, and embedded lists beside the other fields. */
export function toOneForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOneForm);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, part]) => [toCamelCase(name), toOneForm(part)] as const);
  const { _embedded: embedded, ...others } = Object.fromEntries(fields);
  return typeof embedded === 'object' && embedded !== null ? { ...toFields(embedded), ...others } : others;
}

function toFields(embedded: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(embedded).map(([relation, part]) => {
      const end = relation.toLowerCase().split('/').slice(-2).join('/');
      return [EMBEDDED[end] ?? end, part];
    }),
  );
}

/** A link relation is an address, which begins with a small letter already. */
function toCamelCase(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** A page of any list, in one form. An empty list may lack its rows. */
export const listAnswer = z
  .looseObject({
    totalResults: z.int().nonnegative(),
    resourceList: z.array(z.unknown()).nullish(),
    summaries: z.array(z.unknown()).nullish(),
  })
  .transform(({ totalResults, resourceList, summaries }) => ({
    total: totalResults,
    rows: resourceList ?? summaries ?? [],
  }));
