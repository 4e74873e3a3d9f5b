/** @returns the answer with each value at its path; `*` stands for every row of a list */
export function withOddFields(answer: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(fields).reduce(
    (odd, [path, value]) => withValue(odd, path.split('.'), value),
    answer,
  );
}

function withValue(held: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(held)) {
    return held.map((row, index) =>
      step === '*' || step === String(index) ? withValue(row, rest, value) : row,
    );
  }
  if (typeof held !== 'object' || held === null || !(step in held)) return held;
  const fields: Record<string, unknown> = { ...held };
  return { ...fields, [step]: withValue(fields[step], rest, value) };
}
