const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Retired codes (DD, UK …) have a name too; they are left out, so that every name leads to one code. */
const nameOfCode = new Map(
  LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code): Array<[string, string]> => {
      const name = names.of(code);
      return name === undefined ? [] : [[code, name]];
    }),
);
const codeOfName = new Map([...nameOfCode].map(([code, name]) => [name.toLowerCase(), code]));

/** The ISO 3166-1 alpha-2 code of a code or an English name; a text that is neither stays as it is. */
export function toCountryCode(text: string): string {
  const upper = text.toUpperCase();
  return nameOfCode.has(upper) ? upper : (codeOfName.get(text.toLowerCase()) ?? text);
}

export function toCountryName(code: string): string {
  return nameOfCode.get(code) ?? code;
}
