/** What XML 1.0 cannot hold: control characters but tab, line feed and carriage return, half characters, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNPRINTABLE = /[\u0000-\u0008\v\f\u000E-\u001F\uFFFE\uFFFF\p{Cs}]/u;

/** The path of the first text in a body that no label could show; null where there is none. */
export function unprintableIn(body: unknown, path = ''): string | null {
  if (typeof body === 'string') return UNPRINTABLE.test(body) ? path : null;
  if (typeof body !== 'object' || body === null) return null;
  for (const [name, value] of Object.entries(body)) {
    const found = unprintableIn(value, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
