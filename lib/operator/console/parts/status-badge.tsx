/** How each word is coloured; the word itself always stands there, so nothing depends on the colour. */
const TONES: Readonly<Record<string, string>> = {
  Delivered: 'good',
  Completed: 'good',
  active: 'good',
  finished: 'good',
  agreed: 'good',
  written: 'good',
  'On Hold': 'warn',
  unfinished: 'warn',
  paused: 'warn',
  reported: 'warn',
  opened: 'warn',
  waiting: 'warn',
  stopped: 'bad',
  refused: 'bad',
  Failed: 'bad',
  failed: 'bad',
  wrong: 'bad',
  missing: 'bad',
};

export function StatusBadge({ status }: { readonly status: string }) {
  return <span class={`badge ${TONES[status] ?? ''}`.trimEnd()}>{status}</span>;
}
