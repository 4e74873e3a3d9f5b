/**
 * A value in Extensiv's query language (RQL). The server decodes a query twice, so what separates expressions is encoded here
 * once and, as every parameter is, a second time by `URLSearchParams`. A blank is safe; `*` would be a wildcard.
 */
export function escapeValue(value: string): string {
  return value.replaceAll(
    /[%!()*=,;<>'"+&#]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** All of them: `;` is `and`, and binds tighter than `,`, which is `or`. */
export function joinAnd(...expressions: readonly string[]): string {
  return expressions.filter((one) => one !== '').join(';');
}

export function joinOr(...expressions: readonly string[]): string {
  const real = expressions.filter((one) => one !== '');
  const joined = real.join(',');
  return real.length > 1 ? `(${joined})` : joined;
}
