import * as z from 'zod';
import type { Rejected } from '../domain/errors.ts';
import { type OnUnreadable, readList, takeReadable, toWholeRowPage } from './list.ts';
import type { Caller, DearCall } from './transport.ts';
import { flag, guid, optionalGuid, text, toContentsKey } from './wire-values.ts';

/** The DEAR account of the credentials. */
interface Account {
  readonly company: string;
  /** IANA: `Australia/Sydney`. */
  readonly timeZone: string;
  readonly currency: string;
}

const account = z
  .looseObject({ Company: text, TimeZone: text, Currency: text })
  .transform((raw): Account => ({ company: raw.Company, timeZone: raw.TimeZone, currency: raw.Currency }));

/**
 * Reads the account: the cheapest call that checks the credentials.
 * @throws {OperatorActionNeeded} the credentials are wrong
 */
export async function readAccount(client: Caller): Promise<Account> {
  const call: DearCall = { operation: 'read account', method: 'GET', path: 'me', reference: 'me' };
  return await client.transport.send(call, account);
}

export interface Location {
  /** Lower-cased: DEAR spells a bin's id in both cases. */
  readonly id: string;
  readonly name: string;
  readonly isDeprecated: boolean;
  /** The warehouse of a bin; null for a warehouse. */
  readonly parentId: string | null;
  /** Number of bins. */
  readonly bins: number;
}

const row = z
  .looseObject({
    ID: guid,
    Name: text,
    IsDeprecated: flag,
    ParentID: optionalGuid,
    Bins: toContentsKey(z.unknown()),
  })
  .transform(
    (raw): Location => ({
      id: raw.ID,
      name: raw.Name,
      isDeprecated: raw.IsDeprecated,
      parentId: raw.ParentID === '' ? null : raw.ParentID,
      bins: raw.Bins.length,
    }),
  );
const page = toWholeRowPage(['LocationList'], row);

const PATH = 'ref/location';

/**
 * Every warehouse and, as a row of its own with a `parentId`, every bin.
 * @param onUnreadable called for each row that is left out
 */
export async function listLocations(
  client: Caller,
  onUnreadable: OnUnreadable = () => {},
): Promise<Location[]> {
  const call: DearCall = { operation: 'list locations', method: 'GET', path: PATH, reference: 'location' };
  const locations: Location[] = [];
  for await (const rows of readList(client, call, page)) locations.push(...takeReadable(rows, onUnreadable));
  return locations;
}

/**
 * Creates a warehouse without an address.
 * @throws {Rejected} the name is taken, or longer than 50 characters
 * @throws {AmbiguousWrite} look for the name in `listLocations` before creating it again
 */
export async function createLocation(client: Caller, name: string): Promise<Location> {
  const call: DearCall = {
    operation: 'create location',
    method: 'POST',
    path: PATH,
    body: { Name: name },
    reference: name,
  };
  return await client.transport.send(call, row);
}

/**
 * Both spellings, as DEAR itself uses both. The blueprint says only that a shipment cannot be written where a product
 * leaves from a location of DEAR's own external fulfillment; the text of that refusal is not documented and has not been
 * seen. These are the words of the blueprint's sentence.
 */
const EXTERNAL_LOCATION_TEXT = /\bexternal(ly)?[\s-]+(location|fulfil)/i;

/**
 * Whether DEAR refuses a shipment because the location belongs to one of its built-in fulfillment integrations: a
 * configuration error, until the location is connected to DEAR's integration or to this bridge alone. False proves nothing.
 * @param error the refusal of a shipment; in other refusals the words may be part of a location's name
 */
export function isOwnedByBuiltInIntegration(error: Rejected): boolean {
  return EXTERNAL_LOCATION_TEXT.test(error.details.upstreamMessage ?? '');
}
