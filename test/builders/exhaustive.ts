import { it } from 'vitest';

/** Options of a test that `npm test` leaves out, as it takes long and others try the same in short. */
export const EXHAUSTIVE = { tags: ['exhaustive'] };

/**
 * Registers a test for each case of a long table. `npm test` tries one of so many, spread over the table, and
 * `npm run test:exhaustive` all others.
 */
export function itForSome<Case>(
  table: readonly Case[],
  oneOf: number,
): (title: string, body: (one: Case) => Promise<void>) => void {
  const isTried = (index: number) => index % oneOf === 0;
  return (title, body) => {
    it.for(table.filter((_, index) => isTried(index)))(title, body);
    it.for(table.filter((_, index) => !isTried(index)))(title, EXHAUSTIVE, body);
  };
}
