import * as z from 'zod';

export const EXTENSIV_URL = 'https://secure-wms.com';

const id = z.string().regex(/^\d{1,18}$/, 'is a number');

/** The settings of provider `extensiv`, besides those of every connection. */
export const extensivSettings = () => ({
  baseUrl: z
    .union([z.literal('sandbox'), z.url()])
    .default(EXTENSIV_URL)
    .describe('Address of the Extensiv API, without a path; `sandbox` is the built-in one of `npm start`.'),
  customerId: id.describe(
    "Number of the customer in 3PL Warehouse Manager whose goods these are: each of the warehouse's clients is a customer.",
  ),
  facilityId: id.describe(
    'Number of the facility in 3PL Warehouse Manager that ships the orders of this location, and whose stock is compared.',
  ),
  timeZone: z
    .string()
    .refine(isTimeZone, 'is no time zone')
    .default('UTC')
    .describe(
      "Time zone of the warehouse's system, such as `America/Chicago`: the times of its API name none. The warehouse can tell.",
    ),
  loginField: z
    .enum(['user_login', 'user_login_id'])
    .default('user_login')
    .describe('Name of the field in which the user is sent for a token: both are in use.'),
  batchIs: z
    .enum(['lot', 'serial'])
    .default('lot')
    .describe(
      "What DEAR's batch or serial number is in Extensiv, where goods have both a lot and serial numbers.",
    ),
  callsPerMinute: z
    .int()
    .min(1)
    .max(6000)
    .default(400)
    .describe(
      'Calls to the Extensiv account in any minute; the same for all connections that share a client id. Extensiv publishes no limit.',
    ),
});
export type ExtensivSettings = z.output<z.ZodObject<ReturnType<typeof extensivSettings>>>;

/** The secret of a connection. `tplGuid`, in braces, only where the warehouse gave one. */
export const extensivSecret = () =>
  z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    userLogin: z.string().min(1),
    tplGuid: z.string().optional(),
  });
export type ExtensivSecret = z.output<ReturnType<typeof extensivSecret>>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
