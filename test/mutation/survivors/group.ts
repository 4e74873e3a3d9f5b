/** Survivors of one reason. */
export interface Group {
  readonly reason: string;
  readonly mutants: readonly Survivor[];
}

/**
 * The original text and what replaces it, each in one line. A text that occurs elsewhere in its file, such as `''`, is told apart by
 * a part of its line in the source.
 */
type Survivor = readonly [path: string, original: string, replacement: string, within?: string];
