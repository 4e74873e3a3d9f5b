import { createHash, timingSafeEqual } from 'node:crypto';

/** Line breaks that few systems accept: next line, line and paragraph separators. */
const OTHER_BREAKS = /\r\n?|[\u0085\u2028\u2029\v\f]/g;
/**
 * What labels, screens and XML behind an API cannot hold: control characters but tab and line feed, halves of a character,
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

/** The text on one line: a name, a street, a number. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(WITHOUT_WIDTH, '').replaceAll(/\s+/g, ' ').trim();
}

/** The text on one line without invisible characters, joiners and direction marks: an e-mail, a phone, a postcode. */
export function onlyVisible(text: string): string {
  return oneLine(text.replaceAll(/\p{Cf}/gu, ''));
}

/** Without the mark that editors of Windows put before a text in UTF-8, and that JSON does not allow. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}

/** `JSON.stringify` with every text at any depth made printable. */
export function printableJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? printable(value) : value));
}

let characters: Intl.Segmenter | undefined;

/**
 * The text cut to so many UTF-16 units, by which both DEAR's limits (SQL Server) and those of providers (JSON Schema in .NET) hold
 * whichever of the usual units they count. A grapheme, such as an emoji with its joiners or a letter with its accents, is kept
 * whole or left out.
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

/** A sale of 3,000 lines must not make each sentence about it 60 KB long. */
const NAMED = 10;

/** `2 × MUG, 1 × LAMP`: the first ten, and how many more there are. */
export function enumerate(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}

/** The first ten remarks on lines that are left out, and how many more lines are. */
export function fewRemarks(remarks: readonly string[]): string[] {
  if (remarks.length <= NAMED) return [...remarks];
  return [...remarks.slice(0, NAMED), `${remarks.length - NAMED} more lines are left out as well.`];
}

/** Letters that Unicode does not decompose, without their mark. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  ı: 'i',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};
/** Of Latin, Greek and Cyrillic letters. Marks of other scripts are letters of their own: が is not か. */
const ACCENTS = /[\u0300-\u036f]/g;
const UNDECOMPOSED = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/** The text without what differs between spellings: case, accents, the Unicode form, the dot of an i. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(ACCENTS, '')
    .replaceAll(UNDECOMPOSED, (letter) => PLAIN[letter] ?? letter);
}

/** The folded words of a text: runs of letters and digits. */
export function foldedWords(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** In a time that does not depend on how much is equal. Both sides are hashed first, as `timingSafeEqual` throws for different lengths. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
