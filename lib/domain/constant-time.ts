import { createHash, timingSafeEqual } from 'node:crypto';

/** In a time that does not depend on how much is equal. Both sides are hashed first, as `timingSafeEqual` throws for different lengths. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
