import { createHash } from 'node:crypto';
import { writeCsv } from './csv.ts';
import { type FileOrder, formatColumn } from './fields.ts';
import { getFormat, parseColumn } from './format.ts';
import type { FilesSettings } from './settings.ts';
import { type EncodedText, encode } from './text-encoding.ts';
import type { OutgoingFile } from './transfer.ts';
import { writeXml } from './xml.ts';

/** What an order file asks for. */
export type Action = 'submit' | 'change' | 'cancel';

type OrderFileSettings = Pick<FilesSettings, 'orders' | 'format'>;

/** The file of orders, in one form for all of them. */
export function renderOrders(
  orders: readonly FileOrder[],
  action: Action,
  settings: OrderFileSettings,
): EncodedText {
  const { columns, actions } = settings.orders;
  const format = getFormat(settings, settings.orders);
  const context = { action: actions[action] ?? '', format };
  const names = Object.keys(columns);
  const toText = (order: FileOrder, line: FileOrder['lines'][number]) => (name: string) =>
    formatColumn(columns[name] ?? '', order, line, context);
  if (format.kind === 'csv') {
    const rows = orders.flatMap((order) => order.lines.map((line) => names.map(toText(order, line))));
    return encode(writeCsv(names, rows, format), format.encoding);
  }
  const ofLines = names.filter(
    (name) => parseColumn(columns[name] ?? '')?.field?.startsWith('line.') === true,
  );
  const ofOrder = names.filter((name) => !ofLines.includes(name));
  const texts = (some: readonly string[], order: FileOrder, line: FileOrder['lines'][number]) =>
    some.map((name) => [name, toText(order, line)(name)] as const);
  const elements = orders.map((order) => ({
    fields: texts(ofOrder, order, {}),
    lines: order.lines.map((line) => texts(ofLines, order, line)),
  }));
  return encode(writeXml(elements, format), format.encoding);
}

/** @param number of the message about the order, from 1, so that a name is used once */
export function toOrderFile(
  reference: string,
  action: Action,
  number: number,
  { orders }: OrderFileSettings,
): OutgoingFile {
  const { fileName, actions } = orders;
  const name = fileName
    .replaceAll('{reference}', () => toNamePart(reference))
    .replaceAll('{action}', () => toNamePart(actions[action] ?? action))
    .replaceAll('{number}', String(number));
  return toFile(reference, name, orders);
}

/** The same for the same orders. @param startedAt ISO UTC */
export function toBatchFile(
  references: readonly string[],
  startedAt: string,
  { orders }: OrderFileSettings,
): OutgoingFile {
  const digest = createHash('sha256').update(references.join('\n')).digest('hex').slice(0, 8);
  const batch = `${startedAt.replaceAll(/[-:]|\..*/g, '')}-${digest}`;
  return toFile('', orders.batchName.replaceAll('{batch}', batch), orders);
}

/** The file of a batch by its name. */
export function toFile(reference: string, name: string, orders: FilesSettings['orders']): OutgoingFile {
  const { folder, takenFolders, temporaryName } = orders;
  return {
    reference,
    folder,
    takenFolders,
    name,
    temporaryName: temporaryName.replaceAll('{name}', () => name),
  };
}

/** Every server can hold letters, digits and some signs; two texts never become one. */
function toNamePart(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
