import * as z from 'zod';

const status = (meaning: string, value: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(50)
    .default(value)
    .describe(`The status of ${meaning}, as entered in the store in ShipStation, with its capitals.`);

export const shipStationStoreSettings = () => ({
  fetchedBy: z
    .enum(['shipstation', 'sandbox'])
    .default('shipstation')
    .describe('Who fetches the orders; `sandbox` with `npm start`.'),
  paidStatus: status('an order that is to be shipped', 'paid'),
  cancelledStatus: status('a cancelled order', 'cancelled'),
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
