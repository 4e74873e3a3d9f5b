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

/** Names that begin alike lie together, so that the beginning of one finds it. */
export function toPartition(owner: TermOwner, term: Term): string {
  const text = term.kind === 'name' ? foldName(term.text).slice(0, SHORTEST_PART) : foldSearch(term.text);
  const isPlain = !isPersonal(term) && text.length <= MAX_PLAIN;
  return `${owner}#${term.kind}#${isPlain ? text : createHash('sha256').update(text).digest('base64url')}`;
}

/** The range of sort keys under which a name lies that begins with the term. */
export function toNameRange({ text }: Term): { readonly from: string; readonly until: string } {
  return { from: foldName(text), until: `${foldName(text)}\uffff` };
}

/** Letters; a shorter part would find too many. */
const SHORTEST_PART = 3;
const MAX_NAME = 80;
/** Of one name: each costs one write unit. */
const MAX_PARTS = 4;

/**
 * A customer's terms. The name of who receives the goods is found by each of its words and what follows it: `Noor van`,
 * `van Dijk`, `Dijk`; another customer's, often a company's, by its beginning.
 */
export function toCustomerTerms(email: string, customer: string, contact: string): Term[] {
  const parts = toParts(contact);
  const names = parts.includes(foldName(customer)) ? parts : [foldName(customer), ...parts];
  return [
    { kind: 'customer' as const, text: foldSearch(email) },
    ...names.map((text) => ({ kind: 'name' as const, text })),
  ].filter(({ kind, text }) => text.length >= (kind === 'name' ? SHORTEST_PART : 1));
}

function toParts(name: string): string[] {
  const words = foldName(name).split(' ');
  const parts = words.map((_, index) => words.slice(index).join(' '));
  return parts.filter((part) => part.length >= SHORTEST_PART).slice(0, MAX_PARTS);
}

/** Whether a text is long enough to be looked up as a part of a name. */
export function mayBeName(text: string): boolean {
  return !text.includes('@') && foldName(text).length >= SHORTEST_PART;
}

/** `#` divides the parts of a key. */
function foldName(text: string): string {
  return foldSearch(text.replaceAll('#', ' ')).slice(0, MAX_NAME);
}
