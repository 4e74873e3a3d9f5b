/** A person reads a few and then looks at the sale; a sale of 3,000 lines must not make each sentence about it 60 KB long. */
const NAMED = 10;

/** `2 × MUG, 1 × LAMP`: the first ten, and how many more there are. */
export function enumerate(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}

/** The first ten remarks on lines that are left out, and how many more lines are. */
export function fewRemarks(remarks: readonly string[]): string[] {
  if (remarks.length <= NAMED) return [...remarks];
  return [...remarks.slice(0, NAMED), `${remarks.length - NAMED} more lines are left out as well.`];
}
