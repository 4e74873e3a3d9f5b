/** DEAR keeps several boxes or tracking numbers in one text, separated by commas. Empty parts are left out. */
export function fromCommaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function toCommaList(parts: readonly string[]): string {
  return [...new Set(parts.flatMap(fromCommaList))].join(',');
}
