/** Letters that Unicode does not decompose, as they are written without their mark. */
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

/** Without what differs between two spellings of one text: case, accents, the Unicode form, the dot of an i. */
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
