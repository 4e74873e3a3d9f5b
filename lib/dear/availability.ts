import * as z from 'zod';
import { type OnUnreadable, readList, toWholeRowPage, type WholeRow } from './list.ts';
import type { Caller, DearCall } from './transport.ts';
import { day, guid, quantity, text } from './wire-values.ts';

/** The stock of one product in one bin and batch of a location. The location's stock of a product is the sum of its rows. */
interface AvailableStock {
  /** '' where the row cannot be read. */
  readonly productId: string;
  /** '' where it cannot be read either: the row may be of any product. */
  readonly sku: string;
  readonly name: string;
  /** '' where the stock is in no bin. */
  readonly bin: string;
  /** Batch or serial number; '' where the product has none. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
  /** null where the row cannot be read: the stock of its product is unknown. */
  readonly onHand: number | null;
  /** Allocated to orders. */
  readonly allocated: number;
  /** `onHand - allocated`, as seen live. */
  readonly available: number;
}

/** Quantities have no default: an invented one would be written back as a correction. */
const row = z
  .looseObject({
    ID: guid,
    SKU: text,
    Name: text,
    Location: text,
    Bin: text,
    Batch: text,
    ExpiryDate: day,
    OnHand: quantity,
    Allocated: quantity,
    Available: quantity,
  })
  .transform((raw) => ({
    location: raw.Location,
    stock: {
      productId: raw.ID,
      sku: raw.SKU,
      name: raw.Name,
      bin: raw.Bin,
      batch: raw.Batch,
      expiry: raw.ExpiryDate,
      onHand: raw.OnHand,
      allocated: raw.Allocated,
      available: raw.Available,
    } satisfies AvailableStock,
  }));
const page = toWholeRowPage(['ProductAvailabilityList'], row);
const locationField = z.looseObject({ Location: text });
const skuField = z.looseObject({ SKU: text });

/**
 * Pages of the stock at exactly that location, to the last page or an error; some may be empty. A third of an account's rows
 * may be zero, and a run may lack a product without a sign (seen live): an absent product is not known to be zero. A list that
 * grows while it is read may give a row twice.
 *
 * The figures may be 10 to 15 minutes old (seen live). An unknown name looks like an empty location: check it against
 * `listLocations` first. A row that cannot be read has an `onHand` of null; rows of other locations are left out.
 * @param onUnreadable called for each row that cannot be read
 * @throws {Unavailable} the list shrank, or DEAR could not be reached
 * @throws {Throttled | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function* availability(
  client: Caller,
  locationName: string,
  onUnreadable: OnUnreadable = () => {},
): AsyncGenerator<readonly AvailableStock[], void, undefined> {
  const call: DearCall = {
    operation: 'list available stock',
    method: 'GET',
    path: 'ref/productavailability',
    query: { Location: locationName },
    reference: locationName,
  };
  for await (const rows of readList(client, call, page)) {
    // DEAR silently ignores a filter that it does not support (seen live).
    yield rows.flatMap((one) => {
      const { location, stock } = one.isRead ? one.row : toUnreadableStock(one);
      if (location !== null && location !== locationName) return [];
      if (!one.isRead) onUnreadable(one.paths);
      return [stock];
    });
  }
}

/** The location is null where it is missing or cannot be read either: it may be any. */
function toUnreadableStock({ raw }: Extract<WholeRow<unknown>, { isRead: false }>): {
  location: string | null;
  stock: AvailableStock;
} {
  const location = locationField.safeParse(raw).data?.Location || null;
  const sku = skuField.safeParse(raw).data?.SKU ?? '';
  const nothing = { productId: '', name: '', bin: '', batch: '', expiry: '', allocated: 0, available: 0 };
  return { location, stock: { ...nothing, sku, onHand: null } };
}
