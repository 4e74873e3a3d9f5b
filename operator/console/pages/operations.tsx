import type { AuditAddress, AuditPage } from '../../audit.ts';
import type { IgnoredSales } from '../../orders/sale.ts';
import { Moment, StatusBadge, Table } from '../parts.tsx';
import type { ParkedMessageView, QueueView, WebhooksView } from '../views.ts';

interface IgnoredPageProps extends IgnoredSales {
  /** Of the window, `yyyy-mm-dd` in UTC. */
  readonly since: string;
  readonly until: string;
}

/** Sales without an order, and why, so that one that is missed is found here. */
export function IgnoredPage({ sales, more, since, until }: IgnoredPageProps) {
  return (
    <>
      <h1>Ignored sales</h1>
      <p>
        No order is made for them. Sales that wait for goods are{' '}
        <a href="/orders?waiting=goods">in their own list</a>.
      </p>
      <form method="get" action="/ignored" class="panel fields">
        <label>
          From (UTC) <input type="date" name="since" value={since} />
        </label>
        <label>
          To (UTC) <input type="date" name="until" value={until} />
        </label>
        <button type="submit">Show</button>
      </form>
      {sales.length === 0 ? (
        <p class="faint">No sale was ignored in that time.</p>
      ) : (
        <Table caption="Sales that no order was made for" columns={['Sale', 'Why', 'Read', 'Because of']}>
          {sales.map(({ saleId, saleOrderNumber, reason, at, by }) => (
            <tr>
              <th scope="row">
                <a href={`/sales/${saleId}`}>{saleOrderNumber || saleId}</a>
              </th>
              <td>{reason}</td>
              <td>
                <Moment at={at} />
              </td>
              <td>{by}</td>
            </tr>
          ))}
        </Table>
      )}
      {more && <p>There are more: choose fewer days.</p>}
    </>
  );
}

interface AuditListProps {
  readonly address: AuditAddress;
  readonly found: AuditPage;
}

const READINGS = [
  ['none', 'Left out'],
  ['also', 'With the rest'],
  ['only', 'Alone'],
] as const;

/** What operators did. Readings of personal data are left out until a person asks for them, because most entries are readings. */
export function AuditList({ address, found: { entries, earlier } }: AuditListProps) {
  return (
    <>
      <h1>What operators did</h1>
      <form method="get" action="/audit" class="panel filter" aria-label="Which entries are listed">
        <div class="fields">
          <label>
            Who
            <input name="by" value={address.by} autocomplete="off" />
          </label>
          <label>
            What
            <input
              name="what"
              value={address.what}
              placeholder="release, edit, paused …"
              autocomplete="off"
            />
          </label>
          <label>
            To what
            <input name="about" value={address.about} placeholder="SO-00042-1" autocomplete="off" />
          </label>
          <label>
            From (UTC) <input type="date" name="since" value={address.since} />
          </label>
          <label>
            To (UTC) <input type="date" name="until" value={address.until} />
          </label>
          <label>
            Readings of personal data
            <select name="readings">
              {READINGS.map(([value, label]) => (
                <option value={value} selected={value === address.readings}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        <p class="actions">
          <button type="submit" class="main">
            Show
          </button>
          <a class="button" href="/audit">
            Clear
          </a>
        </p>
      </form>
      {address.readings === 'none' && (
        <p>
          Readings of personal data are left out:{' '}
          <a href={toAuditHref(address, { readings: 'also' })}>show them too</a>
        </p>
      )}
      <div id="audit" data-live>
        {entries.length === 0 ? (
          <p class="faint">
            No entry matches. Actions of the console and the command line are kept for 400 days.
          </p>
        ) : (
          <AuditTable entries={entries} />
        )}
        <p>
          {address.before !== '' && <a href={toAuditHref(address, { before: '' })}>The latest</a>}{' '}
          {earlier !== '' && <a href={toAuditHref(address, { before: earlier })}>Earlier entries</a>}
        </p>
      </div>
    </>
  );
}

function toAuditHref(address: AuditAddress, changed: Partial<AuditAddress>): string {
  const given = Object.entries({ ...address, ...changed }).filter(([, value]) => value !== '');
  return `/audit?${new URLSearchParams(given)}`;
}

function AuditTable({ entries }: Pick<AuditPage, 'entries'>) {
  return (
    <Table caption="What operators did" columns={['When', 'Who', 'What', 'To']}>
      {entries.map(({ at, by, identity, what, about }) => (
        <tr>
          <td class="whole">
            <Moment at={at} />
          </td>
          <td title={identity}>{by}</td>
          <td>{what}</td>
          <td class="whole">{toAboutLink(about)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** An order's reference, or the id of an act on many, leads to its page. */
function toAboutLink(about: string) {
  if (/^B-[0-9a-f]+$/.test(about)) return <a href={`/bulk/${about}`}>{about}</a>;
  if (/^\S+-\d+$/.test(about)) return <a href={`/search?${new URLSearchParams({ q: about })}`}>{about}</a>;
  return about;
}

/** Not refreshed by itself, because each reading costs a call of DEAR's. */
export function WebhooksPage({ view }: { readonly view: WebhooksView }) {
  return (
    <>
      <h1>Webhooks</h1>
      {view.mode === 'off' && (
        <p>The settings switch DEAR's webhooks off; the sweep reads changed sales every 15 minutes.</p>
      )}
      {view.problem !== null && <p class="panel notice bad">{view.problem}</p>}
      {view.rows.length > 0 && (
        <Table caption="Webhooks" columns={['Event', 'State', 'From', 'Address']}>
          {view.rows.map(({ system, event, state, sentence, url }) => (
            <tr>
              <th scope="row">{event}</th>
              <td>
                <StatusBadge status={state} /> {sentence}
              </td>
              <td>{system}</td>
              <td class="address">{url}</td>
            </tr>
          ))}
        </Table>
      )}
      <p>
        A webhook that DEAR has switched off is switched on again within the hour, and the sales of the time
        in between are read. To correct it now: <code>npx bridge webhooks apply</code>
      </p>
    </>
  );
}

export function QueuesPage({ queues }: { readonly queues: readonly QueueView[] }) {
  return (
    <>
      <h1>Queues</h1>
      <p>
        A message is parked after a fault of the bridge itself. What a service or DEAR refuses is shown on its
        order instead.
      </p>
      <div id="queues" data-live>
        <Table caption="Queues" columns={['Queue', 'Waiting#', 'In work or deferred#', 'Parked#']}>
          {queues.map(({ name, waiting, inWork, parked }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="number">{waiting}</td>
              <td class="number">{inWork}</td>
              <td class="number">{parked === 0 ? 0 : <a href={`/queues/${name}`}>{parked} parked</a>}</td>
            </tr>
          ))}
        </Table>
      </div>
    </>
  );
}

interface ParkedPageProps {
  readonly queue: QueueView;
  readonly messages: readonly ParkedMessageView[];
  readonly token: string;
}

/** The parked messages of a queue, to be redriven one by one or all together. */
export function ParkedPage({ queue, messages, token }: ParkedPageProps) {
  return (
    <>
      <h1>Parked: {queue.name}</h1>
      <p class={`panel notice ${queue.redrive.safe ? '' : 'bad'}`.trimEnd()}>{queue.redrive.why}</p>
      {messages.length < queue.parked && (
        <p>
          {messages.length} of {queue.parked} are shown. Put these back, and the page shows the next; or put
          all back with <code>npx bridge queues redrive {queue.name}</code>
        </p>
      )}
      {messages.length === 0 ? (
        <p class="faint">Nothing is parked here.</p>
      ) : (
        <form method="post" action={`/queues/${queue.name}/redrive`}>
          <input type="hidden" name="token" value={token} />
          <fieldset class="panel">
            <legend>Put back into the queue</legend>
            {messages.map(({ id, about, parkedAt }) => (
              <label>
                <input type="checkbox" name="message" value={id} checked /> {about} <Moment at={parkedAt} />
              </label>
            ))}
          </fieldset>
          <p class="actions">
            <button type="submit" class="main">
              Put back
            </button>
            <a class="button" href="/queues">
              Leave them parked
            </a>
          </p>
        </form>
      )}
    </>
  );
}
