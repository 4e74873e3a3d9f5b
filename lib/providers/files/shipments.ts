import { createHash } from 'node:crypto';
import { type Clock, DAY_MS, isoTime } from '../../domain/clock.ts';
import type { Inbox } from '../../domain/ports/provider-box.ts';
import {
  type ReportedShipment,
  toTrackingNumbers,
  type WithdrawnPackage,
} from '../../domain/shipment/package.ts';
import type { UnreadableParcel } from '../provider.ts';
import type { Row, Table } from './csv.ts';
import { isShortened, parseNumber, parseOptionalTime } from './fields.ts';
import { type FileFormat, getFormat, type SHIPMENT_FIELDS } from './format.ts';
import { type IncomingFile, type Looks, type News, readFiles } from './incoming.ts';
import type { SentOrders } from './sent-orders.ts';
import type { FilesSettings, ShipmentsSettings } from './settings.ts';
import type { Transfer } from './transfer.ts';

interface ReadDeps {
  readonly settings: Pick<FilesSettings, 'shipments' | 'format'>;
  readonly orders: SentOrders;
  readonly inbox: Inbox;
  readonly now: Clock;
}

/** Of one text in the inbox. */
const PARCELS_AT_ONCE = 25;

/** Reads the shipment files. @returns the looks for the next time */
export async function readShipmentFiles(transfer: Transfer, looks: Looks, deps: ReadDeps): Promise<Looks> {
  const { settings, orders, inbox } = deps;
  const section = settings.shipments;
  const format = getFormat(settings, section);
  return await readFiles(transfer, section, { settings, inbox, looks }, async (file, { table }) => {
    const parts = toParcels(table, { file, section, format, now: deps.now() });
    for (const { shipments, withdrawn } of parts) {
      for (const one of shipments) await noteParcel(orders, one, true);
      for (const one of withdrawn) await noteParcel(orders, one, false);
    }
    return parts;
  });
}

/** Keeps on the order which parcels left, because it can be cancelled only before. */
async function noteParcel(
  orders: SentOrders,
  { reference, id }: Pick<WithdrawnPackage, 'reference' | 'id'>,
  hasLeft: boolean,
): Promise<void> {
  await orders.change(reference, (current) => {
    if (current === null || current.left.includes(id) === hasLeft) return null;
    const others = current.left.filter((one) => one !== id);
    return { ...current, left: hasLeft ? [...others, id] : others };
  });
}

type Field = (typeof SHIPMENT_FIELDS)[number];

interface Draft {
  readonly reference: string;
  readonly rows: Array<{ readonly line: number; readonly get: (field: Field) => string }>;
}

interface FileContext {
  readonly file: IncomingFile;
  readonly section: ShipmentsSettings;
  readonly format: FileFormat;
  /** ms since the epoch. */
  readonly now: number;
}

/** The parcels of a file, so many at once. One of which a row is bad is put aside as a whole: its contents are not known. */
function toParcels({ rows, problems }: Table, context: FileContext): News[] {
  const { file, section } = context;
  const parts: News[] = [];
  const unreadable = problems.map(({ line, why }) => ({ id: `${file.name}:${line}`, why }));
  const drafts = new Map<string, Draft>();
  for (const row of rows) {
    const get = (field: Field) => read(row, field, section);
    const reference = get('reference');
    if (reference === '') unreadable.push({ id: `${file.name}:${row.line}`, why: 'it names no order' });
    else {
      const key = JSON.stringify([reference, get('parcelId') || get('trackingNumber')]);
      const draft = drafts.get(key) ?? { reference, rows: [] };
      draft.rows.push({ line: row.line, get });
      drafts.set(key, draft);
    }
  }
  let shipments: ReportedShipment[] = [];
  let withdrawn: WithdrawnPackage[] = [];
  const end = () => {
    parts.push({ shipments, withdrawn, unreadable: parts.length === 0 ? unreadable : [] });
    [shipments, withdrawn] = [[], []];
  };
  for (const draft of drafts.values()) {
    const parcel = toParcel(draft, context);
    if (parcel === null) continue;
    unreadable.push(...findDoubts(draft, context));
    if ('why' in parcel) unreadable.push(parcel);
    else if ('cause' in parcel) withdrawn.push(parcel);
    else shipments.push(parcel);
    if (shipments.length + withdrawn.length === PARCELS_AT_ONCE) end();
  }
  end();
  return parts;
}

/** Columns of names, which spreadsheets take for numbers. */
const NAMES = ['reference', 'parcelId', 'trackingNumber', 'sku', 'batch'] as const satisfies Field[];

function read(row: Row, field: Field, { columns }: ShipmentsSettings): string {
  const column = columns[field];
  return column === undefined ? '' : row.get(column);
}

/** What of a parcel is not as its file says, although it is reported. */
function findDoubts({ rows }: Draft, context: FileContext): UnreadableParcel[] {
  const { file, format } = context;
  return rows.flatMap(({ line, get }) => {
    const id = `${file.name}:${line}`;
    const time = readDeparture(get('shippedAt'), context);
    const expiry = parseOptionalTime(get('expiry'), format.dates);
    return [
      ...(time === null
        ? [{ id, why: `its time is not of the form ${format.dates}, or ahead: the file’s is taken` }]
        : []),
      ...(expiry === null
        ? [{ id, why: `its expiry is not of the form ${format.dates}: it is left out` }]
        : []),
    ];
  });
}

/** A time without a zone may be ahead by half a day. Of one that is further ahead another form of dates was meant. */
const AHEAD_MS = DAY_MS;

/** '' where there is none; null where it cannot be so. */
function readDeparture(text: string, { format, now }: FileContext): string | null {
  const at = parseOptionalTime(text, format.dates);
  return at !== null && Date.parse(at) > now + AHEAD_MS ? null : at;
}

/** null where nothing of it left. */
function toParcel(
  { reference, rows }: Draft,
  context: FileContext,
): ReportedShipment | WithdrawnPackage | UnreadableParcel | null {
  const { file, format } = context;
  const { voided, costCurrency } = context.section;
  const first = (field: Field) => rows.map(({ get }) => get(field)).find((text) => text !== '') ?? '';
  const shortened = NAMES.find((field) => rows.some(({ get }) => isShortened(get(field))));
  if (shortened !== undefined)
    return { id: `${file.name}:${rows[0]?.line}`, why: `a spreadsheet shortened its ${shortened}` };
  const contents = toContents(rows, file, format);
  if ('why' in contents) return contents;
  const { lines } = contents;
  const trackingNumbers = toTrackingNumbers(rows.map(({ get }) => get('trackingNumber')));
  const shippedAt = readDeparture(first('shippedAt'), context) || isoTime(file.changedAt);
  const identity =
    first('parcelId') || trackingNumbers.join(' ') || JSON.stringify([lines, first('shippedAt')]);
  const id = `file:${createHash('sha256')
    .update(JSON.stringify([reference, identity]))
    .digest('hex')
    .slice(0, 24)}`;
  if (voided !== '' && rows.some(({ get }) => get('status').toLowerCase() === voided.toLowerCase()))
    return { reference, id, cause: 'voided' };
  if (lines !== 'remaining' && lines.length === 0) return null;
  const cost = parseNumber(first('cost'), format.decimalMark);
  return {
    id,
    reference,
    providerOrderId: reference,
    trackingNumbers,
    carrier: first('carrier'),
    service: first('service'),
    shippedAt,
    cost: cost === null || cost <= 0 ? null : { amount: cost, currency: costCurrency },
    warehouse: first('warehouse'),
    contents: lines,
  };
}

type Lines = ReportedShipment['contents'];

/** Rows of nothing count for nothing; a file without goods says only that the rest left. */
function toContents(
  rows: Draft['rows'],
  file: IncomingFile,
  format: FileFormat,
): { readonly lines: Lines } | UnreadableParcel {
  if (rows.every(({ get }) => get('sku') === '' && get('lineKey') === '')) return { lines: 'remaining' };
  const lines = [];
  for (const { line, get } of rows) {
    const quantity = parseNumber(get('quantity'), format.decimalMark);
    const id = `${file.name}:${line}`;
    if (quantity === null || quantity < 0) return { id, why: 'its quantity is no number of goods' };
    if (get('sku') === '') return { id, why: 'it names no SKU' };
    const expiry = parseOptionalTime(get('expiry'), format.dates)?.slice(0, 10) ?? '';
    if (quantity > 0)
      lines.push({ key: get('lineKey'), sku: get('sku'), quantity, batch: get('batch'), expiry });
  }
  return { lines };
}
