import * as z from 'zod';

export const additionalAttribute = z
  .templateLiteral(['AdditionalAttribute', z.int().min(1).max(10)])
  .meta({ title: '`AdditionalAttribute1` to `AdditionalAttribute10`' });

const texts = z.array(z.string().trim().min(1));
const grams = z.number().min(0).max(100_000_000);

const rule = z
  .strictObject({
    name: z.string().trim().max(60).default(''),
    salesChannels: texts.default([]),
    countries: z
      .array(
        z
          .string()
          .regex(/^[A-Z]{2}$/)
          .meta({ title: 'two capital letters (ISO 3166-1)' }),
      )
      .default([]),
    priceTiers: texts.default([]),
    customers: texts.default([]),
    attributes: z.record(additionalAttribute, z.array(z.string()).min(1)).default({}),
    weightGrams: z
      .strictObject({ from: grams.default(0), below: grams.nullable().default(null) })
      .refine(({ from, below }) => (below === null ? from > 0 : below > from), {
        error: 'needs a weight to begin from, or one to be below that is more',
      })
      .nullable()
      .default(null),
    skus: texts.default([]),
  })
  .refine(({ name: _, ...conditions }) => Object.values(conditions).some(isSet), {
    error: 'has no condition; a connection without rules ships what no rule chooses',
  });

function isSet(condition: unknown): boolean {
  return typeof condition === 'object' && condition !== null && Object.keys(condition).length > 0;
}

/** Which sales of its location a connection ships. */
export const rules = z
  .array(rule)
  .default([])
  .describe(
    'Which sales the connection ships, where several connections have its location. A rule may name `salesChannels`, `countries` (of the delivery address), `priceTiers`, `customers` and `skus` (`*` matches any text), `attributes` (attribute → values), `weightGrams` (`from`, `below`; all goods of the sale) and a `name` for people; all that it names has to fit. The first rule that fits wins, in the order of the file; the one connection without rules ships the rest. With `skus` the lines of a sale go apart, each order into a fulfilment of its own.',
  );
