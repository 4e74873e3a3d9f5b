import { createHash } from 'node:crypto';
import { foldSearch } from '../domain/order/order-summary.ts';

/**
 * `customer`: an e-mail address or a whole name. `name-word`: a word of a name, or its beginning. `provider-order`: the
 * provider's id of the order.
 */
export type TermKind = 'sku' | 'channel' | 'connection' | 'customer' | 'name-word' | 'provider-order';

/** A word under which orders or sales are found, as a person typed it. */
export interface Term {
  readonly kind: TermKind;
  readonly text: string;
}

/** Whether what is found under the term expires: a hash of an address can be guessed, so it is personal data. */
export function isPersonal({ kind }: Term): boolean {
  return kind === 'customer' || kind === 'name-word';
}

/** Whose terms they are: orders and sales are found apart. */
export type TermOwner = 'TERM' | 'SALE-TERM';

/** @param at ISO UTC @param id of the order or sale */
export function toTermKey(owner: TermOwner, term: Term, at: string, id: string) {
  const place = `${at}#${id}`;
  const sk = term.kind === 'name-word' ? `${foldSearch(term.text)}#${place}` : place;
  return { pk: toPartition(owner, term), sk };
}

/** DynamoDB takes keys of up to 2,048 bytes. */
const MAX_PLAIN = 200;

/** A word of a name lies with all that begin alike, so that its beginning finds it. */
export function toPartition(owner: TermOwner, term: Term): string {
  const folded = foldSearch(term.text);
  const text = term.kind === 'name-word' ? folded.slice(0, SHORTEST_WORD) : folded;
  const isPlain = !isPersonal(term) && text.length <= MAX_PLAIN;
  return `${owner}#${term.kind}#${isPlain ? text : createHash('sha256').update(text).digest('base64url')}`;
}

/** Letters; a shorter beginning would find too many. */
export const SHORTEST_WORD = 3;
const LONGEST_WORD = 40;
/** Of one order: each costs one write unit. */
const MAX_WORDS = 6;

/** The words of names that are long enough to be found by, each once. */
export function toNameWords(names: readonly string[]): string[] {
  const words = names.flatMap((name) => foldSearch(name).split(/[^\p{L}\p{M}\p{N}]+/u));
  const long = words
    .filter((word) => word.length >= SHORTEST_WORD)
    .map((word) => word.slice(0, LONGEST_WORD));
  return [...new Set(long)].slice(0, MAX_WORDS);
}
