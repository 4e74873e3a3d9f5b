import * as z from 'zod';

export const CARTROVER_URL = 'https://api.cartrover.com';

/** The settings of provider `cartrover`, besides those of every connection. */
export const cartRoverSettings = () => ({
  baseUrl: z
    .union([z.literal('sandbox'), z.url()])
    .default(CARTROVER_URL)
    .describe('Address of the CartRover API, without a path; `sandbox` is the built-in one of `npm start`.'),
  warehouse: z
    .string()
    .min(1)
    .describe(
      'Name of the warehouse at CartRover, as its inventory shows it. Its stock is compared, and orders name it as their `location`.',
    ),
  sendsWarehouse: z
    .boolean()
    .default(true)
    .describe(
      'Whether orders name the warehouse. `false` where the rules in CartRover choose it, or its WMS does not know the name.',
    ),
  callsPerMinute: z
    .int()
    .min(1)
    .max(6000)
    .default(100)
    .describe(
      'Calls to the CartRover account in any minute after its burst; the same for all connections that share an API user. CartRover allows 100, and 100 at once.',
    ),
});
export type CartRoverSettings = z.output<z.ZodObject<ReturnType<typeof cartRoverSettings>>>;

/** The secret of a connection: the keys of a cart, and of its merchant where those of the cart may not read the stock. */
export const cartRoverSecret = () =>
  z.object({
    apiUser: z.string().min(1),
    apiKey: z.string().min(1),
    merchantUser: z.string().optional(),
    merchantKey: z.string().optional(),
  });
export type CartRoverSecret = z.output<ReturnType<typeof cartRoverSecret>>;
