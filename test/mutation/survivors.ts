/** Why mutants survive that a test cannot or need not notice, in groups of the same reason. */
interface Group {
  readonly reason: string;
  /** By file, the original text and what replaces it, each in one line. */
  readonly mutants: ReadonlyArray<readonly [path: string, original: string, replacement: string]>;
}

const GROUPS: readonly Group[] = [];

export function findReason(path: string, original: string, replacement: string): string | null {
  const inOneLine = replacement.replaceAll(/\s*\n\s*/g, ' ');
  const isIt = ([file, from, to]: Group['mutants'][number]) =>
    file === path && from === original && to === inOneLine;
  return GROUPS.find(({ mutants }) => mutants.some(isIt))?.reason ?? null;
}
