import type { DeliveryAddress, PostalAddress } from './address.ts';
import { toCountryCode } from './country.ts';
import { foldText } from './fold-text.ts';
import { oneLine, onlyVisible } from './text.ts';

/** What people type into a field that a form insists on. */
const PLACEHOLDER = /^(n ?\/ ?a|n\. ?a\.?|none|null|not applicable|undefined)$/;
/** Also a family name, or the letter of a flat: nothing in the other parts. */
const PLACEHOLDER_OF_A_PLACE = /^(na|nil|x+|tbc|tbd|unknown)$/;
const PLACE: ReadonlySet<string> = new Set(['line1', 'city', 'state', 'postcode']);
/** Places of these names, by country: the town None, and Napoli's abbreviation. */
const PLACES: Readonly<Record<string, readonly string[]>> = { IT: ['none', 'na'] };

type Part = Exclude<keyof DeliveryAddress, 'displayLine1' | 'displayLine2' | 'country'>;
const PARTS: readonly Part[] = ['line1', 'line2', 'city', 'state', 'postcode', 'company', 'contact'];

/**
 * The address as it is stored and sent: blanks around its parts are gone, a part that only fills a field ('-', 'N/A', a
 * postcode of zeros) is empty, and the country is its ISO 3166-1 code where it is known.
 */
export function tidyAddress<Address extends PostalAddress>(address: Address): Address {
  const country = toCountryCode(address.country);
  const parts: Partial<Record<Part, string>> = {};
  for (const part of PARTS.filter((name) => name in address)) {
    const given = (address as Address & DeliveryAddress)[part];
    const text = part === 'postcode' ? onlyVisible(given) : oneLine(given);
    parts[part] = isPlaceholder(part, text, country) ? '' : text;
  }
  return { ...address, ...parts, country: country || address.country.trim() };
}

function isPlaceholder(part: Part, text: string, country: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text)) return true;
  if (part === 'postcode' && /^[0\s-]+$/.test(text)) return true;
  const folded = foldText(text);
  if (PLACES[country]?.includes(folded) && part !== 'postcode') return false;
  return PLACEHOLDER.test(folded) || (PLACE.has(part) && PLACEHOLDER_OF_A_PLACE.test(folded));
}
