import * as z from 'zod';

/** In the form of EventBridge Scheduler. */
export const interval = z
  .string()
  .regex(/^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$/)
  .meta({ title: 'an interval such as `30 minutes`' });

const share = z.number().min(0).max(1);

/** How the provider's stock is compared with DEAR's, and what happens to a difference. */
export const inventory = z
  .strictObject({
    every: interval
      .or(z.literal('off'))
      .default('1 hour')
      .describe('How often the stock of the provider is compared with that of DEAR.'),
    mode: z
      .enum(['report', 'stocktake', 'adjust'])
      .default('report')
      .describe(
        'What happens to a difference. `report`: nothing is written. `stocktake`: a stock take is opened in DEAR; it locks the location, so shipments wait until it is complete. `adjust`: stock adjustments are written.',
      ),
    completeStocktake: z
      .enum(['by-hand', 'automatic'])
      .default('by-hand')
      .describe('Whether a person completes a stock take, or the bridge does, within the guard.'),
    account: z
      .string()
      .default('')
      .describe(
        'Code of the DEAR account that differences are booked to; required unless the mode is `report`.',
      ),
    unitCostTier: z
      .string()
      .default('')
      .describe(
        'DEAR price tier that values goods without an average cost. Without it such goods are not written.',
      ),
    guard: z
      .strictObject({
        lines: share
          .default(0.2)
          .describe('Share of lines that may change. Above it nothing is written, and an alarm fires.'),
        quantity: share.default(0.2).describe('The same by quantity.'),
      })
      .prefault({}),
  })
  .refine(({ mode, account }) => mode === 'report' || account !== '', {
    error: 'needs the code of a DEAR account, which differences are booked to',
    path: ['account'],
  })
  .prefault({});

const unitCount = z.number().positive().max(1_000_000);

/** How products are counted whose units differ between DEAR and the provider. */
export const units = z.record(
  z.string().trim().min(1),
  z
    .strictObject({
      dear: unitCount,
      provider: unitCount,
      correctedOn: z.iso.date().or(z.literal('')).default(''),
    })
    .refine(({ dear, provider }) => provider / dear <= 10_000, {
      error:
        'makes one unit of the provider less than 0.0001 units of DEAR, which keeps four decimals: use a larger unit at the provider',
    }),
);

/** SKUs are compared without case, so of two entries that differ only in case one would never apply. */
export function refuseSameSku(entries: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const skus = Object.keys(entries);
  const firstBySku = new Map<string, string>();
  for (const sku of skus) {
    const first = firstBySku.get(sku.toLowerCase());
    firstBySku.set(sku.toLowerCase(), first ?? sku);
    if (first === undefined) continue;
    const message = `is the same SKU as '${first}': SKUs are compared without case`;
    context.addIssue({ code: 'custom', path: [sku], message });
  }
}
