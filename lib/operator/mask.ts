import type { OrderContent } from '../domain/fulfillment-order.ts';

const MASK = '[personal]';
/** A shorter word is as likely part of something else, and says little about anybody. */
const SHORTEST = 3;
/** Digits of a telephone number without its area. */
const SHORTEST_NUMBER = 7;
/** Digits of one with it. */
const NATIONAL = 10;

const E_MAIL = /[^\s@"'<>,;:]+@[^\s@"'<>,;:]+\.[a-z]{2,}/gi;
/** Seven or more digits as people write a telephone number: with a plus, or with blanks, dashes or brackets between them. */
const TELEPHONE = /\+\d[\d\s().-]{6,}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}/g;

/**
 * Takes personal data out of whatever was collected about an order, at any depth: what its content says of the customer,
 * wherever it is quoted, and anything that looks like an e-mail address or a telephone number.
 * @param contents of every order concerned, as far as they have not expired
 */
export function maskPersonalData<Value>(value: Value, contents: readonly OrderContent[]): Value;
export function maskPersonalData(value: unknown, contents: readonly OrderContent[]): unknown {
  const words = contents.flatMap(personalWords).sort((a, b) => b.length - a.length);
  return masked(value, [...words.map(patternOf), ...contents.flatMap(telephonePattern)]);
}

function masked(value: unknown, words: readonly RegExp[]): unknown {
  if (typeof value === 'string') return maskedText(value, words);
  if (Array.isArray(value)) return value.map((item) => masked(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, words)]));
}

function maskedText(text: string, words: readonly RegExp[]): string {
  const without = words.reduce((rest, word) => rest.replaceAll(word, MASK), text);
  return without.replaceAll(E_MAIL, MASK).replaceAll(TELEPHONE, MASK);
}

/**
 * Whatever the case: a provider may print an address in capitals. Not within a word with dashes, which is a SKU or an id
 * more often than a name.
 */
function patternOf(word: string): RegExp {
  return wholeWord(word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/**
 * The customer's own number, whatever stands between its digits, and without its country where it has more than a national
 * number's ten: a provider may quote it in a form of its own.
 */
function telephonePattern({ phone }: OrderContent): RegExp[] {
  const digits = phone.replaceAll(/\D/g, '');
  if (digits.length < SHORTEST_NUMBER) return [];
  const spread = (part: string) => [...part].map((digit) => `${digit}[\\s().-]*`).join('');
  const national = digits.slice(-NATIONAL);
  const rest = `${spread(national.slice(0, -1))}${national.slice(-1)}`;
  return [wholeWord(`\\+?(?:${spread(digits.slice(0, -NATIONAL))})?${rest}`)];
}

function wholeWord(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${pattern}(?![\\p{L}\\p{N}_-])`, 'giu');
}

/** Everything that a customer or somebody about a customer typed. The country is shared by too many to name anybody. */
function personalWords(content: OrderContent): string[] {
  const { shipTo, billTo } = content;
  const fields = [
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
  ];
  const names = [content.customer, shipTo.contact].flatMap((name) => name.split(/\s+/));
  return [...new Set([...fields, ...names].map((text) => text.trim()))].filter(
    (text) => text.length >= SHORTEST,
  );
}
