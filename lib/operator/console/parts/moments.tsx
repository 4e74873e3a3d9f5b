const UNITS: ReadonlyArray<readonly [name: string, ms: number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `3 d`, `5 h`, `12 min`; '' for a moment that is not known. */
export function ageOf(iso: string, now: number): string {
  const age = now - Date.parse(iso);
  if (Number.isNaN(age)) return '';
  const [name, ms] = UNITS.find(([, unit]) => age >= unit) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(age / ms))} ${name}`;
}

/** A moment to the second, in UTC. */
export function Moment({ at }: { readonly at: string }) {
  return at === '' ? (
    <span class="faint">never</span>
  ) : (
    <time datetime={at}>{at.slice(0, 19).replace('T', ' ')}</time>
  );
}
