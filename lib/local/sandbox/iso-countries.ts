import codes from 'i18n-iso-countries/codes.json' with { type: 'json' };
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };

/** The officially assigned codes of ISO 3166-1; the package has Kosovo's as well, which is user-assigned. */
export const COUNTRY_CODES: ReadonlySet<string> = new Set(
  codes.flatMap(([code = '']) => (code === 'XK' ? [] : [code])),
);

/** The package's English names of a country. */
export function englishNames(code: string): readonly string[] {
  const names: Readonly<Record<string, string | string[]>> = english.countries;
  return [names[code] ?? []].flat();
}
