/** A postal address as DEAR gives it. A text that DEAR leaves empty is ''. */
export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2 where DEAR was asked for it (`CountryFormat=Code2`), else as DEAR has it. */
  readonly country: string;
  /** The street as one text. DEAR fills this even where the structured fields are empty. */
  readonly displayLine1: string;
  /** City, state, postcode and country as one text. */
  readonly displayLine2: string;
}

export interface DeliveryAddress extends PostalAddress {
  readonly company: string;
  /** The person to deliver to. */
  readonly contact: string;
}

const REQUIRED: ReadonlyArray<readonly [keyof PostalAddress, string]> = [
  ['line1', 'street'],
  ['city', 'city'],
  ['postcode', 'postcode'],
  ['country', 'country'],
];

/** The names of the required parts that are missing, in reading order; none means that a parcel can be addressed. */
export function missingParts(address: PostalAddress): string[] {
  return REQUIRED.filter(([field]) => address[field].trim() === '').map(([, name]) => name);
}
