import type { Child } from 'hono/jsx';

/** Names and values, without those that are not known. */
export function Facts({ of }: { readonly of: ReadonlyArray<readonly [name: string, value: Child]> }) {
  return (
    <dl>
      {of
        .filter(([, value]) => value !== '' && value !== null)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}
