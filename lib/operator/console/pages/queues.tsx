import type { ParkedMessage, QueueView } from '../needs.ts';
import { Moment } from '../parts/moments.tsx';
import { Table } from '../parts/table.tsx';

export function QueuesPage({ queues }: { readonly queues: readonly QueueView[] }) {
  return (
    <>
      <h1>Queues</h1>
      <p>
        A parked message met a failure of our own machinery. What a service or DEAR refuses is on its order
        instead.
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

export interface ParkedPageProps {
  readonly queue: QueueView;
  readonly messages: readonly ParkedMessage[];
  readonly token: string;
}

/** The parked messages of a queue, to be put back one by one or all together. */
export function ParkedPage({ queue, messages, token }: ParkedPageProps) {
  return (
    <>
      <h1>Parked: {queue.name}</h1>
      <p class={`panel notice ${queue.redrive.safe ? '' : 'bad'}`.trimEnd()}>{queue.redrive.why}</p>
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
