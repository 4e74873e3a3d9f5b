import { COUNTRY_CODES, englishNames } from '../iso-countries.ts';

const unicode = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const nameOfCode = new Map([...COUNTRY_CODES].map((code) => [code, unicode.of(code) ?? code]));
const codeOfName = new Map([
  ...[...COUNTRY_CODES].flatMap((code) =>
    englishNames(code).map((name) => [name.toLowerCase(), code] as const),
  ),
  ...[...nameOfCode].map(([code, name]) => [name.toLowerCase(), code] as const),
]);

/** The ISO 3166-1 alpha-2 code of a code or an English name; a text that is neither stays as it is. */
export function toCountryCode(text: string): string {
  const upper = text.toUpperCase();
  return nameOfCode.has(upper) ? upper : (codeOfName.get(text.toLowerCase()) ?? text);
}

export function toCountryName(code: string): string {
  return nameOfCode.get(code) ?? code;
}
