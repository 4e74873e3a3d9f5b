import type { Child } from 'hono/jsx';

export interface TableProps {
  /** What a screen reader calls it. */
  readonly caption: string;
  /** Heads of the columns; one of numbers ends with `#`. */
  readonly columns: readonly string[];
  /** Rows. */
  readonly children: Child;
}

/** A table that scrolls in its own box where the screen is narrow, with the keyboard as well. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    // A box that scrolls has to be reachable without a mouse.
    <section class="scroll" aria-label={caption} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={column.endsWith('#') ? 'number' : undefined}>
                {column.replace(/#$/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
