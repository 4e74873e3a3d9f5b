import type { ParkedMessage } from '../operated-queue.ts';
import type { RedriveSafety } from '../queues.ts';
import type { QueueName } from '../stack/stack-outputs.ts';
import { type CommandGroup, confirmed, countOption, getParameter, type Invocation, YES } from './command.ts';
import { clean, formatTable } from './output.ts';

export const queues: CommandGroup = {
  name: 'queues',
  about: 'Messages that wait in the queues, and those that were parked because the bridge itself failed',
  commands: [
    {
      usage: 'status',
      about: 'Counts messages that wait, are in work, and are parked',
      examples: [['bridge queues status', 'a parked message is a fault of the bridge']],
      run: status,
    },
    {
      usage: 'peek <queue>',
      about: 'Shows parked messages of a queue; they stay where they are',
      examples: [['bridge queues peek fulfillment', 'shows which orders are parked']],
      options: [countOption('--limit <count>', 'at most this many, up to 200', 10)],
      run: peek,
    },
    {
      usage: 'redrive <queue> [ids...]',
      about: 'Sends parked messages to their queue again, by id or all; shows them first',
      examples: [
        ['bridge queues redrive sale-events', 'sends all: their worker only reads again'],
        [
          'bridge queues redrive fulfillment 5f0c2d1e --yes',
          'sends one; --yes, because its worker writes to a service',
        ],
        ['bridge queues redrive jobs --dry-run', 'shows which ones it would send'],
      ],
      options: [YES],
      writes: true,
      run: redrive,
    },
  ],
};

async function status({ output, bridge }: Invocation): Promise<undefined> {
  const { readQueueStatus } = await import('../queues.ts');
  const all = await readQueueStatus(await bridge());
  output.data(all, () =>
    formatTable(
      ['QUEUE', 'WAITING', 'IN WORK', 'PARKED', 'REDRIVING'],
      all.map(({ queue, waiting, hidden, parked, redrive: kind }) => [
        queue,
        String(waiting),
        String(hidden),
        String(parked),
        kind === 'looks' ? 'only reads again' : 'continues writing: needs --yes',
      ]),
    ),
  );
}

async function peek(invocation: Invocation): Promise<undefined> {
  const { options, output } = invocation;
  const { peekQueue, toQueueName } = await import('../queues.ts');
  const name = toQueueName(getParameter(invocation));
  const messages = await peekQueue(await invocation.bridge(), name, options.count('limit'));
  output.data(messages.map(withoutReceipt), () => formatMessages(messages));
}

async function redrive(invocation: Invocation): Promise<number | undefined> {
  const { output, dryRun } = invocation;
  const { peekQueue, toQueueName, REDRIVE_SAFETY } = await import('../queues.ts');
  const name = toQueueName(getParameter(invocation));
  const ids = invocation.parameters.slice(1);
  const parked = await peekQueue(await invocation.bridge(), name, 200);
  const chosen = ids.length === 0 ? parked : parked.filter(({ id }) => ids.includes(id));
  if (!output.json) output.say(`${formatMessages(chosen)}\n`);
  const nothingToDo = parked.length === 0 && ids.length === 0;
  const go = !nothingToDo && !dryRun && (await allowed(invocation, REDRIVE_SAFETY[name], name));
  const redriven = go ? await sendAgain(invocation, name, ids) : 0;
  output.data(
    { queue: name, messages: chosen.map(withoutReceipt), redriven },
    () => `${redriven} messages sent to ${name} again.`,
  );
  return go || dryRun || nothingToDo ? undefined : 1;
}

/** @returns how many */
async function sendAgain(
  { bridge, operator, output }: Invocation,
  name: QueueName,
  ids: readonly string[],
): Promise<number> {
  const { redriveAll, redriveSome } = await import('../queues.ts');
  const opened = await bridge();
  if (ids.length === 0) {
    return await redriveAll(opened, name, operator, (count) => output.progress(`${count} …`));
  }
  await redriveSome(opened, name, ids, operator);
  return ids.length;
}

/** A queue whose worker writes needs --yes, also at a terminal: the operator has to look at the orders first. */
async function allowed(invocation: Invocation, { kind, why }: RedriveSafety, name: string): Promise<boolean> {
  if (kind === 'looks') return await confirmed(invocation, `Send them to ${name} again?`);
  if (invocation.options.flag('yes')) return true;
  invocation.output.say(`Refused: ${why}. Look at the orders first (bridge orders show …), then add --yes.`);
  return false;
}

function formatMessages(messages: readonly ParkedMessage[]): string {
  if (messages.length === 0) return 'Nothing is parked there.';
  const rows = messages.map(({ id, parkedAt, group, body }) => [id, parkedAt, group, clean(body)]);
  return formatTable(['MESSAGE', 'PARKED', 'GROUP', 'BODY'], rows);
}

function withoutReceipt({ receipt: _, ...message }: ParkedMessage): Omit<ParkedMessage, 'receipt'> {
  return message;
}
