import type { Inbox } from '../../domain/ports/provider-box.ts';
import type { Row } from './csv.ts';
import type { ACKNOWLEDGEMENT_FIELDS, Answer } from './format.ts';
import { type Looks, readFiles } from './incoming.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import type { AcknowledgementsSettings, FilesSettings } from './settings.ts';
import type { Transfer } from './transfer.ts';

interface Acknowledgement {
  /** Of the row: the same file, delivered again, has the same. */
  readonly id: string;
  readonly answer: Answer;
  readonly reason: string;
}

interface ReadDeps {
  readonly settings: Pick<FilesSettings, 'acknowledgements' | 'format'>;
  readonly orders: SentOrders;
  readonly inbox: Inbox;
}

/**
 * Reads the answers of the warehouse and notes each on its order. What a person has to look at goes into the inbox.
 * @returns the looks for the next time
 */
export async function readAcknowledgements(transfer: Transfer, looks: Looks, deps: ReadDeps): Promise<Looks> {
  const { settings, inbox } = deps;
  const section = settings.acknowledgements;
  if (section === null) return {};
  return await readFiles(transfer, section, { settings, inbox, looks }, async (file, { id, table }) => {
    const unreadable = table.problems.map(({ line, why }) => ({ id: `${file.name}:${line}`, why }));
    for (const row of table.rows) {
      const problem = await noteRow(row, `${id}:${row.line}`, section, deps);
      if (problem !== null) unreadable.push({ id: `${file.name}:${row.line}`, why: problem });
    }
    return [{ shipments: [], withdrawn: [], unreadable }];
  });
}

/** @returns what a person has to look at; null where nothing is wrong */
async function noteRow(
  row: Row,
  id: string,
  section: AcknowledgementsSettings,
  { orders }: ReadDeps,
): Promise<string | null> {
  const get = (field: (typeof ACKNOWLEDGEMENT_FIELDS)[number]) => row.get(section.columns[field] ?? '');
  const reference = get('reference');
  const answer = toAnswer(get('status'), section);
  if (answer === null) return 'its status is not in acknowledgements.statuses';
  const order = await noteAnswer(orders, reference, { id, answer, reason: get('reason') });
  if (answer === 'refused') return `the warehouse refused ${reference}`;
  const isAsked = order === null || order.messages.some(({ action }) => action === 'cancel');
  return answer === 'cancelled' && !isAsked ? `the warehouse cancelled ${reference} by itself` : null;
}

function toAnswer(status: string, { statuses }: AcknowledgementsSettings): Answer | null {
  const [, answer = null] =
    Object.entries(statuses).find(([word]) => word.toLowerCase() === status.toLowerCase()) ?? [];
  return answer;
}

/** An order keeps the ids of so many rows. */
const MAX_READ = 50;

/** @returns the order afterwards */
async function noteAnswer(
  orders: SentOrders,
  reference: string,
  { id, answer, reason }: Acknowledgement,
): Promise<SentOrder | null> {
  return await orders.change(reference, (current) => {
    if (current === null || current.read.includes(id)) return null;
    return applyAnswer({ ...current, read: [...current.read, id].slice(-MAX_READ) }, answer, reason);
  });
}

/** Which files an answer may be about. The last of them is meant. */
const ABOUT: Readonly<Record<Answer, readonly string[]>> = {
  accepted: ['submit'],
  changed: ['change'],
  cancelled: ['submit', 'change', 'cancel'],
  'too-late': ['change', 'cancel'],
  refused: ['submit'],
};

function applyAnswer(order: SentOrder, answer: Answer, reason: string): SentOrder {
  const index = order.messages.findLastIndex(({ action }) => ABOUT[answer].includes(action));
  const meant = order.messages[index];
  const isCancelled = order.isCancelled || answer === 'cancelled' || answer === 'refused';
  if (meant === undefined) return { ...order, isCancelled };
  const kept = answer === 'too-late' ? meant.before : null;
  const refused = meant.refused ?? (kept === null ? null : order.order);
  const messages = order.messages.with(index, { ...meant, answer, reason, refused });
  return { ...order, isCancelled, messages, order: kept ?? order.order };
}
