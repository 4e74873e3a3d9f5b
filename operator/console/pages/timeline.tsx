import type { FulfillmentOrder, LogEntry } from '../../../lib/domain/order/fulfillment-order.ts';
import { type CallsMade, Moment } from '../parts.tsx';
import type { CallView } from '../views.ts';

type Event =
  | { readonly at: string; readonly kind: 'log'; readonly entry: LogEntry }
  | { readonly at: string; readonly kind: 'call' | 'webhook' | 'step'; readonly line: CallView };

const CALLED = 'upstream.called';

/** Everything that happened to an order, latest first: its log, each call to another system, webhooks, and steps of the functions. */
export function OrderTimeline({
  order,
  calls,
}: {
  readonly order: FulfillmentOrder;
  readonly calls: CallsMade;
}) {
  const lines = Array.isArray(calls) ? calls : [];
  const events: Event[] = [
    ...lines.map((line) => ({ at: line.at, kind: toKind(line), line }) as const),
    ...order.log.map((entry) => ({ at: entry.at, kind: 'log', entry }) as const),
  ];
  // Of one moment, what a function did comes before what it wrote.
  const latestFirst = events.sort((a, b) => a.at.localeCompare(b.at)).reverse();
  return (
    <>
      {calls === null && <p class="faint">The logs are being read …</p>}
      {calls === 'unreadable' && (
        <p class="faint">The logs could not be read; the terminal of the console says why.</p>
      )}
      <ol class="timeline" reversed>
        {latestFirst.map((event) => (
          <li class={event.kind}>
            {event.kind === 'log' ? <Entry entry={event.entry} /> : <Line {...event} />}
          </li>
        ))}
      </ol>
    </>
  );
}

function toKind({ event }: CallView): 'call' | 'webhook' | 'step' {
  if (event === CALLED) return 'call';
  return event.startsWith('webhook.') ? 'webhook' : 'step';
}

function Entry({ entry: { at, by, what, code, upstreamMessage = '' } }: { readonly entry: LogEntry }) {
  return (
    <>
      <Moment at={at} /> <span class="faint">{by}</span>
      <br />
      {what}
      {code !== undefined && <span class="faint"> ({code})</span>}
      {upstreamMessage !== '' && <blockquote>{upstreamMessage}</blockquote>}
    </>
  );
}

function Line({ at, kind, line }: { readonly at: string; readonly kind: string; readonly line: CallView }) {
  const { service, event, fields } = line;
  return (
    <>
      <Moment at={at} /> <span class="faint">{service}</span>{' '}
      {kind === 'call' ? (
        <Call fields={fields} />
      ) : (
        <details>
          <summary>{event}</summary>
          <code>
            {Object.entries(fields)
              .filter(([name]) => !name.startsWith('function_'))
              .map(([name, value]) => `${name}=${value}`)
              .join(' ')}
          </code>
        </details>
      )}
    </>
  );
}

/** A call of another system, without its body, which the logs never hold. */
function Call({ fields }: Pick<CallView, 'fields'>) {
  const { system = '', operation = '', method = '', url = '', status, durationMs = '' } = fields;
  const hasAnswer = status !== undefined && status !== 'null';
  return (
    <details>
      <summary>
        {system}: {operation}{' '}
        <span class="faint">{hasAnswer ? `${status} in ${durationMs} ms` : 'no answer'}</span>
      </summary>
      <code>
        {method} {url}
      </code>{' '}
      <Copy text={toCurl(method, url)} label="Copy as curl" />
    </details>
  );
}

/** Without credentials: a person adds their own. */
function toCurl(method: string, url: string): string {
  return `curl -sS -X ${method} '${url.replaceAll("'", '%27')}'`;
}

/** A button that copies a text; without scripts it does nothing, and the text is beside it. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <button type="button" class="copy" data-copy={text}>
      {label}
    </button>
  );
}
