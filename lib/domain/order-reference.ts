import { createHash } from 'node:crypto';
import { cutText, oneLine } from './text.ts';

/** ShipStation takes 50 characters, counted here in bytes of UTF-8, which are as many or more than of any other unit. */
const LONGEST = 50;
/** Hexadecimal digits, 64 bits: among a million long numbers two share a digest with a probability of 3 in 100 million. */
const DIGEST = 16;

/**
 * Our key of an order with every provider: the sale's number and the order's place among the sale's orders. A number that is
 * too long is cut, and a digest of the whole number stands in for the rest, so the same sale always has the same references
 * and no two sales share one.
 * @param place from 1
 */
export function orderReference(saleOrderNumber: string, place: number): string {
  const number = oneLine(saleOrderNumber);
  const plain = `${number}-${place}`;
  if (bytesOf(plain) <= LONGEST) return plain;
  const digest = createHash('sha256').update(saleOrderNumber).digest('hex').slice(0, DIGEST);
  const ending = `~${digest}-${place}`;
  return `${cutToBytes(number, LONGEST - ending.length)}${ending}`;
}

function cutToBytes(text: string, longest: number): string {
  let cut = cutText(text, longest);
  while (bytesOf(cut) > longest) cut = cutText(cut, cut.length - 1);
  return cut;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
