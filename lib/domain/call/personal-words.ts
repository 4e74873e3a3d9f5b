import type { OrderContent } from '../order/order-content.ts';
import { foldedWords, foldText } from '../text.ts';

/** A shorter word is as likely part of something else, and identifies no person. */
const MIN_WORD_LENGTH = 3;
/** Digits of a telephone number without its area. */
const MIN_PHONE_DIGITS = 7;
/** Digits of a telephone number with its area. */
const NATIONAL_PHONE_DIGITS = 10;
/** From here on a text with a blank or a sign is no part of an id by chance. */
const MIN_UNBOUNDED = 8;
/** Of a longer text, such as a note, the beginning says as much. */
const MAX_WORD_LENGTH = 500;

const E_MAIL = /[^\s@"'<>,;:]+(?:@|%40)[^\s@"'<>,;:&]+\.[a-z]{2,}/gi;
/** Seven or more digits in the form of a telephone number: with a plus, or with blanks, dashes or brackets between them. */
const TELEPHONE = /\+\d[\d\s().-]{6,}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}/g;

/** Every text that a customer typed, or that was typed about one. A country or a state identifies no person. */
export function getPersonalWords(content: OrderContent): string[] {
  const { shipTo, billTo } = content;
  const names = [content.customer, shipTo.contact].flatMap((name) => name.split(/\s+/));
  return [
    content.customer,
    content.email,
    content.phone,
    content.customerReference,
    content.customerNotes,
    content.internalNotes,
    content.giftMessage,
    shipTo.company,
    shipTo.contact,
    ...[shipTo, billTo].flatMap((address) => [
      address.line1,
      address.line2,
      address.city,
      address.postcode,
      address.displayLine1,
      address.displayLine2,
    ]),
    ...names,
  ];
}

/**
 * Masks the words in a text, in any case and with or without accents, also where they are encoded as in an address or in JSON; and
 * anything in the form of an e-mail address or a telephone number. A number of seven digits or more is found with any separators,
 * and with or without its country code.
 * @param words shorter ones than three characters are left out
 * @param mark stands for each of them
 */
export function createTextMask(words: readonly string[], mark: string): (text: string) => string {
  const known = [...new Set(words.map((word) => word.trim().slice(0, MAX_WORD_LENGTH)))]
    .filter((word) => word.length >= MIN_WORD_LENGTH)
    .sort((a, b) => b.length - a.length)
    .map(toKnownWord);
  return (text) => {
    if (text.length < MIN_WORD_LENGTH) return text;
    const mayHave = createFilter(text);
    const without = known
      .filter(mayHave)
      .reduce((rest, { getPattern }) => rest.replaceAll(getPattern(), mark), text);
    return maskForms(without, mark);
  };
}

/** A word, and how to see quickly that it is not in a text: most words are in none. */
interface KnownWord {
  /** The longest part of it without signs, folded. */
  readonly core: string;
  /** Its digits, of a telephone number; '' of another word. */
  readonly digits: string;
  readonly getPattern: () => RegExp;
}

function toKnownWord(word: string): KnownWord {
  const [core = ''] = foldedWords(word).sort((a, b) => b.length - a.length);
  const digits = word.replaceAll(/\D/g, '');
  const isPhone = !/\p{L}/u.test(word) && digits.length >= MIN_PHONE_DIGITS;
  let pattern: RegExp | undefined;
  return {
    core,
    digits: isPhone ? digits : '',
    getPattern: () => {
      pattern ??= new RegExp(
        [...toWordPatterns(word), ...(isPhone ? [toPhonePattern(digits)] : [])].join('|'),
        'giu',
      );
      return pattern;
    },
  };
}

/** Lets through every word that the text may have, encoded or not. */
function createFilter(text: string): (word: KnownWord) => boolean {
  const folded = foldText(decodeSigns(text));
  const numbers = text.replaceAll(/\D/g, '');
  return ({ core, digits }) =>
    folded.includes(core) || (digits !== '' && numbers.includes(digits.slice(-MIN_PHONE_DIGITS)));
}

/** The text with what is encoded in it as in an address, in JSON or in XML. */
function decodeSigns(text: string): string {
  return text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
      Buffer.from(encoded.replaceAll('%', ''), 'hex').toString(),
    )
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
    .replaceAll(/&#(\d{1,5});/g, (_, point: string) => String.fromCharCode(Number(point)));
}

function maskForms(text: string, mark: string): string {
  const without = /@|%40/.test(text) ? text.replaceAll(E_MAIL, mark) : text;
  return without.replaceAll(TELEPHONE, mark);
}

/** Not within a word with dashes, which is a SKU or an id more often than a name; but behind an encoded sign. */
const BEGIN = '(?:(?<![\\p{L}\\p{N}_-])|(?<=%[0-9a-f]{2}|\\\\[nrt]))';
const END = '(?![\\p{L}\\p{N}_-])';

function toWordPatterns(word: string): string[] {
  const spellings = new Map(toSpellings(word).map((spelling) => [spelling.toLowerCase(), spelling]));
  return [...spellings.values()].map((spelling) => {
    const pattern = spelling
      .split(/\s+/)
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('(?:\\s|\\+|%20|\\\\[nrt])+');
    const isPlain = /^[\p{L}\p{N}]+$/u.test(word);
    return isPlain || word.length < MIN_UNBOUNDED ? `${BEGIN}${pattern}${END}` : pattern;
  });
}

/** As others write it: in capitals, without accents, in an address, in JSON within a text, in XML. */
function toSpellings(word: string): string[] {
  const plain = word.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '');
  const written = [word, word.toUpperCase(), word.toLowerCase(), plain];
  const inJson = JSON.stringify(word).slice(1, -1);
  const escaped = inJson.replaceAll(/[^\u0020-\u007e]/g, toEscape);
  const inXml = word
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
  return [...written, ...written.flatMap(toEncoded), inJson, escaped, inXml];
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Half of a character, as `slice` may leave it, cannot be encoded. */
function toEncoded(word: string): string[] {
  if (!word.isWellFormed()) return [];
  const encoded = encodeURIComponent(word);
  return [encoded, encoded.replaceAll('%20', '+'), new URLSearchParams({ '': word }).toString().slice(1)];
}

/** With any separators, with or without its country code: a provider may quote it in another form. */
function toPhonePattern(digits: string): string {
  const spread = (part: string) => [...part].map((digit) => `${digit}[\\s().-]*`).join('');
  const national = digits.slice(-NATIONAL_PHONE_DIGITS);
  const rest = `${spread(national.slice(0, -1))}${national.slice(-1)}`;
  return `${BEGIN}\\+?(?:${spread(digits.slice(0, -NATIONAL_PHONE_DIGITS))})?${rest}${END}`;
}
