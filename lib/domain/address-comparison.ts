import type { PostalAddress } from './address.ts';
import { foldedWords } from './fold-text.ts';

/** Words of one meaning, first the one that they are compared as. `st` is a street and a saint: both sides read it alike. */
const SAME = [
  'st street str strasse straat saint sankt sainte',
  'rd road',
  'ave avenue av aven avda avenida',
  'blvd boulevard bd boul',
  'dr drive',
  'ln lane',
  'ct court',
  'pl place platz plaza',
  'sq square',
  'ter terrace terr',
  'cres crescent',
  'pkwy parkway',
  'hwy highway',
  'cir circle',
  'cl close',
  'gdns gardens',
  'trl trail',
  'wy way',
  'mt mount',
  'ft fort',
  'fl floor flr',
  'bldg building',
  'c calle',
  'r rue rua',
  'n north',
  's south',
  'e east',
  'w west',
  'ne northeast',
  'nw northwest',
  'se southeast',
  'sw southwest',
];
const SPELLING = new Map(
  SAME.flatMap((line) => {
    const words = line.split(' ');
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);
/** Words before a number that says the same without them, and fillers of a form. */
const SILENT = new Set('apt apartment appt flat unit suite ste room rm no nr number none null'.split(' '));

/**
 * The parts in which DEAR's display lines contradict the separate fields, in reading order. An address that was edited on the
 * order screen differs from the one that the API gives in its separate fields, and nothing tells at which of the two the
 * customer lives. Another spelling is no contradiction: case, accents, punctuation, Unicode form, an abbreviated street.
 */
export function contradictions(address: PostalAddress): string[] {
  const street = joined(comparedWords(`${address.line1} ${address.line2}`));
  const shownStreet = joined(comparedWords(address.displayLine1));
  const place = comparedWords(address.displayLine2);
  const isShown = (text: string) => place.length === 0 || holdsRun(place, comparedWords(text).join(''));
  return [
    ...(shownStreet === '' || shownStreet === street ? [] : ['street']),
    ...(isShown(address.city) ? [] : ['city']),
    ...(isShown(address.postcode) ? [] : ['postcode']),
  ];
}

/** Whether two texts are one street, or one postcode, in two spellings. */
export function isSameInAnotherSpelling(one: string, other: string): boolean {
  return joined(comparedWords(one)) === joined(comparedWords(other));
}

function comparedWords(text: string): string[] {
  // The four digits behind a US postcode name a part of the same place.
  return foldedWords(text.replaceAll(/\b(\d{5})-\d{4}\b/g, '$1').replaceAll(/\bn\/a\b/gi, ''))
    .filter((word) => !SILENT.has(word))
    .map((word) => compared(word));
}

/** Hauptstr. is Hauptstraße, and Müller may be written Mueller. */
function compared(word: string): string {
  const plain = word.replace(/(?<=.{2})(strasse|straat|str)$/, 'st').replace(/(?<=.{3})platz$/, 'pl');
  return (SPELLING.get(plain) ?? plain).replaceAll(/([aou])e/g, '$1');
}

/** Without the blanks that spellings put in different places; two numbers stay two. */
function joined(words: readonly string[]): string {
  return words.join(' ').replaceAll(/(?<!\d) | (?!\d)/g, '');
}

/** Whether some words that stand together are the text, which has no blanks: LS1 4AP is LS14AP. */
function holdsRun(words: readonly string[], text: string): boolean {
  if (text === '') return true;
  return words.some((_, begin) =>
    words.some((_, end) => end >= begin && words.slice(begin, end + 1).join('') === text),
  );
}
