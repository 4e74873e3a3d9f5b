import * as z from 'zod';

/** Served in CDATA, and entered in a list with commas. */
const status = (value: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(50)
    .regex(/^[^,\]\p{C}]*$/u, 'must have no comma and no ]')
    .default(value);

/** All that ShipStation's form asks for. Orders are served as paid, cancelled and on hold. */
export const statuses = z.strictObject({
  unpaid: status('unpaid'),
  paid: status('paid'),
  shipped: status('shipped'),
  cancelled: status('cancelled'),
  onHold: status('on_hold'),
});

export const shipStationStoreSettings = () => ({
  fetchedBy: z
    .enum(['shipstation', 'sandbox'])
    .default('shipstation')
    .describe('Who fetches the orders; `sandbox` with `npm start`.'),
  statuses: statuses
    .refine(
      (words) => new Set(Object.values(words)).size === Object.keys(words).length,
      'must be five different words',
    )
    .prefault({})
    .describe(
      'Words for the statuses, as entered in the store in ShipStation, with their capitals; left out: `unpaid`, `paid`, `shipped`, `cancelled`, `on_hold`. Unpaid and shipped are never served.',
    ),
  shipFrom: z
    .string()
    .trim()
    .max(100)
    .exactOptional()
    .describe('Name of the ship-from location in ShipStation. Without it ShipStation takes its default.'),
  costCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is no currency code such as USD')
    .default('USD')
    .describe('Currency of the label costs in ShipStation, whose notices have none.'),
});

export type ShipStationStoreSettings = z.infer<z.ZodObject<ReturnType<typeof shipStationStoreSettings>>>;

/** Two pairs are valid while the credentials are being replaced. */
export const shipStationStoreSecret = () =>
  z.object({
    username: z
      .string()
      .min(1)
      .regex(/^[^:]*$/, 'must have no colon'),
    /** Long enough that guessing is hopeless at the rate that the endpoint allows. */
    password: z.string().min(16),
    previousUsername: z.string().default(''),
    previousPassword: z.string().default(''),
  });
export type ShipStationStoreSecret = z.infer<ReturnType<typeof shipStationStoreSecret>>;
