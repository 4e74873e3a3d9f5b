const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Common names that differ from the Unicode ones. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'united states of america': 'US',
  usa: 'US',
  // Reserved for the United Kingdom, and what most of its addresses say; parcels want GB.
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  holland: 'NL',
  'czech republic': 'CZ',
  'south korea': 'KR',
  'hong kong': 'HK',
  macau: 'MO',
  turkey: 'TR',
  vietnam: 'VN',
  russia: 'RU',
};

let codes: Map<string, string> | undefined;

/** All English names that the runtime knows, once: 26 × 26 look-ups take about a millisecond. */
function codesByName(): Map<string, string> {
  if (codes !== undefined) return codes;
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const pairs = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const known = pairs.flatMap((code) => {
    const name = names.of(code);
    return name === undefined ? [] : [[name.toLowerCase(), code] as const];
  });
  codes = new Map([...known, ...Object.entries(OTHER_NAMES)]);
  return codes;
}

/** ISO 3166-1 alpha-2, from a code or an English name; '' where it is neither. */
export function toCountryCode(text: string): string {
  const name = text.trim().toLowerCase();
  const code = name.toUpperCase();
  const byName = codesByName().get(name);
  if (byName !== undefined) return byName;
  return [...codesByName().values()].includes(code) ? code : '';
}
