import { createHash } from 'node:crypto';
import { foldSearch } from '../domain/order/order-summary.ts';

/**
 * `customer`: an e-mail address, and a whole name in rows of earlier versions. `name`: a name, or a part of it that begins with a
 * word. `provider-order`: the provider's id of the order.
 */
export type TermKind = 'sku' | 'channel' | 'customer' | 'name' | 'provider-order';

/** A word under which orders or sales are found, as a person typed it. */
export interface Term {
  readonly kind: TermKind;
  readonly text: string;
}

/** Whether what is found under the term expires: a hash of an address can be guessed, so it is personal data. */
export function isPersonal({ kind }: Term): boolean {
  return kind === 'customer' || kind === 'name';
}

/** Whose terms they are: orders and sales are found apart. */
export type TermOwner = 'TERM' | 'SALE-TERM';

/** @param at ISO UTC @param id of the order or sale */
export function toTermKey(owner: TermOwner, term: Term, at: string, id: string) {
  const place = `${at}#${id}`;
  return {
    pk: toPartition(owner, term),
    sk: term.kind === 'name' ? `${foldName(term.text)}#${place}` : place,
  };
}

/** DynamoDB takes keys of up to 2,048 bytes. */
const MAX_PLAIN = 200;

/** Where a term is looked up. */
interface TermRange {
  readonly partition: string;
  /** Of the sort keys, where the partition holds other terms too. */
  readonly range: { readonly from?: string; readonly until?: string };
}

/** A name is looked up as earlier versions stored it too, with its accents and other marks. */
export function toTermRanges(owner: TermOwner, term: Term): TermRange[] {
  if (term.kind !== 'name') return [{ partition: toPartition(owner, term), range: {} }];
  const spellings = [...new Set([foldName(term.text), foldEarlierName(term.text)])];
  return spellings.map((text) => ({
    partition: toNamePartition(owner, text),
    range: { from: text, until: `${text}\uffff` },
  }));
}

function toPartition(owner: TermOwner, term: Term): string {
  if (term.kind === 'name') return toNamePartition(owner, foldName(term.text));
  const text = foldSearch(term.text);
  const isPlain = !isPersonal(term) && text.length <= MAX_PLAIN;
  return `${owner}#${term.kind}#${isPlain ? text : toHash(text)}`;
}

/** Names that begin alike lie together, so that the beginning of one finds it. */
function toNamePartition(owner: TermOwner, folded: string): string {
  return `${owner}#name#${toHash(folded.slice(0, SHORTEST_PART))}`;
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Letters; a shorter part would find too many. */
const SHORTEST_PART = 3;
const MAX_NAME = 80;
/** Of one name: each costs one write unit. */
const MAX_TURNS = 4;

/**
 * A customer's terms. The names of the customer and of who receives the goods are found from each of their words on: `Noor van`,
 * `van Dijk`, `Dijk`, `Dijk Noor`.
 */
export function toCustomerTerms(email: string, customer: string, contact: string): Term[] {
  const names = new Set([customer, contact].flatMap(toTurns));
  return [
    { kind: 'customer' as const, text: foldSearch(email) },
    ...[...names].map((text) => ({ kind: 'name' as const, text })),
  ].filter(({ kind, text }) => text.length >= (kind === 'name' ? SHORTEST_PART : 1));
}

/** The name, and the name turned so that it begins with each of its last words: `van Dijk Noor`, `Dijk Noor van`. */
function toTurns(name: string): string[] {
  const words = foldName(name).split(' ');
  const turns = words.map((_, index) => [...words.slice(index), ...words.slice(0, index)].join(' '));
  return [...turns.slice(0, 1), ...turns.slice(1).slice(1 - MAX_TURNS)];
}

/** Whether a text is long enough to be looked up as a part of a name. */
export function mayBeName(text: string): boolean {
  return !text.includes('@') && foldName(text).length >= SHORTEST_PART;
}

/** Without accents and other marks, which people leave out when they search, and without commas: `Mori, Kenji`. */
function foldName(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(',', ' ');
  return foldEarlierName(plain);
}

/** `#` divides the parts of a key. */
function foldEarlierName(text: string): string {
  return foldSearch(text.replaceAll('#', ' ')).slice(0, MAX_NAME);
}
