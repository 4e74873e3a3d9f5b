import type { KeptSide, RecordedCall } from '../../../lib/domain/call/recorded-call.ts';
import type { LogEntry } from '../../../lib/domain/order/fulfillment-order.ts';
import { describeEvent } from '../event-sentences.ts';
import { getOutcome, toCurl, toLines } from '../kept-calls.ts';
import { type CallsMade, Moment, Sentence } from '../parts.tsx';
import type { CallView } from '../views.ts';

type Event =
  | { readonly at: string; readonly kind: 'log'; readonly entry: LogEntry }
  | { readonly at: string; readonly kind: 'kept'; readonly call: RecordedCall }
  | { readonly at: string; readonly kind: 'call' | 'webhook' | 'step'; readonly line: CallView };

const CALLED = 'upstream.called';

/** Everything that happened to an order or a sale, latest first: the log, each call to another system, webhooks, and steps of the functions. */
export function EventTimeline({
  log,
  calls,
  kept,
}: {
  readonly log: readonly LogEntry[];
  readonly calls: CallsMade;
  readonly kept: readonly RecordedCall[];
}) {
  const known = new Set(kept.map(({ id }) => id));
  const logged = Array.isArray(calls) ? calls.filter(({ fields }) => !known.has(fields.call ?? '')) : [];
  const events: Event[] = [
    ...logged.map((line) => ({ at: line.at, kind: toKind(line), line }) as const),
    ...kept.toReversed().map((call) => ({ at: call.at, kind: 'kept', call }) as const),
    ...log.map((entry) => ({ at: entry.at, kind: 'log', entry }) as const),
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
          <li class={event.kind === 'kept' ? 'call' : event.kind}>
            <Shown event={event} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Shown({ event }: { readonly event: Event }) {
  if (event.kind === 'log') return <Entry entry={event.entry} />;
  return event.kind === 'kept' ? <KeptCall call={event.call} /> : <Line {...event} />;
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
      <Sentence text={what} />
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
          <summary>{describeEvent(line)}</summary>
          <code>
            {event}{' '}
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

/** A call with what was sent and received, masked. */
function KeptCall({ call }: { readonly call: RecordedCall }) {
  const { id, at, system, operation, method, url, status, request, answer } = call;
  // A look-up that finds nothing is an answer as good as another.
  const isFailed = status === null || (status > 299 && !(method === 'GET' && status === 404));
  return (
    <>
      <Moment at={at} />{' '}
      <details id={`call-${id}`}>
        <summary>
          {system}: {operation} <span class={isFailed ? 'badge bad' : 'faint'}>{getOutcome(call)}</span>
        </summary>
        <p>
          <code>
            {method} {url}
          </code>{' '}
          <Copy
            text={toCurl(call)}
            label="Copy as curl"
            body={request.body === '' || request.cut > 0 ? undefined : `${id}-request`}
          />
        </p>
        <Side id={`${id}-request`} title="Request" side={request} />
        {answer !== null && <Side id={`${id}-answer`} title="Answer" side={answer} />}
      </details>
    </>
  );
}

interface SideProps {
  readonly id: string;
  readonly title: string;
  readonly side: KeptSide;
}

function Side({ id, title, side: { headers, body, cut } }: SideProps) {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (body === '' && shown.length === 0) return null;
  return (
    <>
      <p class="faint">
        {title} {body !== '' && <Copy text="" body={id} label={`Copy the ${title.toLowerCase()}`} />}{' '}
        {shown.join(' · ')}
      </p>
      {body !== '' && (
        // A scrolling box has to be reachable by keyboard.
        <section class="body" aria-label={title} tabindex={0}>
          <pre id={id}>{toLines(body)}</pre>
        </section>
      )}
      {cut > 0 && <p class="faint">{cut} more characters were not kept.</p>}
    </>
  );
}

/** A call of which only the log knows: its row has expired, or it was not kept. */
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
      <Copy
        text={toCurl({ system, method, url, credentials: [], request: NOTHING_KEPT })}
        label="Copy as curl"
      />
    </details>
  );
}

const NOTHING_KEPT: KeptSide = { headers: {}, body: '', cut: 0 };

interface CopyProps {
  readonly text: string;
  /** What a screen reader says. */
  readonly label: string;
  /** Where the text itself stands beside the button, a word is enough. */
  readonly shown?: string;
  /** Id of an element whose text is copied, as the data of the text's command where there is one: the page has a body once. */
  readonly body?: string | undefined;
}

/** A button that copies a text; without scripts it does nothing, and the text is beside it. */
export function Copy({ text, label, shown = label, body }: CopyProps) {
  const aria = shown === label ? undefined : label;
  return (
    <button type="button" class="copy" data-copy={text} data-body={body} aria-label={aria}>
      {shown}
    </button>
  );
}
