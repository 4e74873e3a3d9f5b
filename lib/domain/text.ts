/** Next line, line and paragraph separators: line breaks that few systems take. */
const OTHER_BREAKS = /\r\n?|[\u0085\u2028\u2029\v\f]/g;
/**
 * What no label, no screen and no XML behind an API can hold: control characters but tab and line feed, halves of a character,
 * code points that are none, byte order marks, and the marks that turn the direction of the text behind them (U+202A to U+202E,
 * U+2066 to U+2069). Joiners of emoji and of Persian, and the marks of a single direction, stay.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF\p{Cs}]|\p{Noncharacter_Code_Point}/gu;

/** The text as another system can hold it. Line breaks are line feeds. */
export function printable(text: string): string {
  return text.replaceAll(OTHER_BREAKS, '\n').replaceAll(UNPRINTABLE, '');
}

/** Blanks and hyphens without width, which come with texts that are copied from a web page. */
const WITHOUT_WIDTH = /[\u00AD\u180E\u200B\u2060-\u2064]/g;

/** The same on one line, for what has no second one: a name, a street, a number. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(WITHOUT_WIDTH, '').replaceAll(/\s+/g, ' ').trim();
}

/** The same without any character that does not show, joiners and marks of direction too: an e-mail, a phone, a postcode. */
export function onlyVisible(text: string): string {
  return oneLine(text.replaceAll(/\p{Cf}/gu, ''));
}

/** `JSON.stringify` with every text, at any depth, as another system can hold it. */
export function printableJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? printable(value) : value));
}

let characters: Intl.Segmenter | undefined;

/**
 * The text cut to so many UTF-16 units, by which both DEAR's (SQL Server) and ShipStation's limits (JSON Schema in .NET) hold
 * whichever of the usual units they count. What a reader sees as one character, an emoji with its joiners or a letter with its
 * accents, is kept whole or left out.
 * @param mark ends a text that was cut, within the length
 */
export function cutText(text: string, longest: number, mark = ''): string {
  if (text.length <= longest) return text;
  const room = longest - mark.length;
  characters ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  let end = 0;
  for (const { index, segment } of characters.segment(text)) {
    if (index + segment.length > room) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}${mark}`;
}
