import codes from 'i18n-iso-countries/codes.json' with { type: 'json' };
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };

/** The officially assigned codes of ISO 3166-1; the package has Kosovo's as well, which is user-assigned. */
export const COUNTRY_CODES: ReadonlySet<string> = new Set(
  codes.flatMap(([code = '']) => (code === 'XK' ? [] : [code])),
);

/** The same in three letters. */
export const COUNTRY_CODES_3: ReadonlySet<string> = new Set(
  codes.flatMap(([code, code3 = '']) => (code === 'XK' ? [] : [code3])),
);

/** The package's English names of a country. */
export function englishNames(code: string): readonly string[] {
  const names: Readonly<Record<string, string | string[]>> = english.countries;
  return [names[code] ?? []].flat();
}

/** What XML 1.0 cannot hold: control characters but tab, line feed and carriage return, half characters, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for control characters.
const UNPRINTABLE = /[\u0000-\u0008\v\f\u000E-\u001F\uFFFE\uFFFF\p{Cs}]/u;

/** The path of the first text in a body that no label can print; null where there is none. */
export function findUnprintable(body: unknown, path = ''): string | null {
  if (typeof body === 'string') return UNPRINTABLE.test(body) ? path : null;
  if (typeof body !== 'object' || body === null) return null;
  for (const [name, value] of Object.entries(body)) {
    const found = findUnprintable(value, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
