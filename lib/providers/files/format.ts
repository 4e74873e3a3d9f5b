/** How a file is written. */
export interface FileFormat {
  readonly kind: 'csv' | 'xml';
  readonly encoding: 'utf-8' | 'utf-8-bom' | 'windows-1252';
  /** Of CSV, as are the next four. */
  readonly delimiter: string;
  readonly lineEnd: 'crlf' | 'lf';
  readonly header: boolean;
  readonly quotes: 'needed' | 'always';
  readonly escapeFormulas: boolean;
  readonly decimalMark: '.' | ',';
  readonly dates: (typeof DATE_FORMS)[number];
  /** Of XML that is written: the outermost element, and those of an order and of a line within it. */
  readonly root: string;
  readonly order: string;
  readonly line: string;
  /** Of XML that is read: the path of the elements that are rows. */
  readonly rows: string;
}

export const DATE_FORMS = ['yyyy-mm-dd', 'yyyymmdd', 'dd/mm/yyyy', 'mm/dd/yyyy', 'dd.mm.yyyy'] as const;

const DEFAULT_FORMAT: FileFormat = {
  kind: 'csv',
  encoding: 'utf-8',
  delimiter: ',',
  lineEnd: 'crlf',
  header: true,
  quotes: 'needed',
  escapeFormulas: false,
  decimalMark: '.',
  dates: 'yyyy-mm-dd',
  root: 'Orders',
  order: 'Order',
  line: 'Lines/Line',
  rows: 'Rows/Row',
};

type PartialFormat = { readonly [Key in keyof FileFormat]?: FileFormat[Key] | undefined };

/** The format of one kind of file: its own, then that of all, then the default. */
export function getFormat(
  { format: ofAll }: { readonly format: PartialFormat },
  { format: own = {} }: { readonly format?: PartialFormat | undefined },
): FileFormat {
  const given = [ofAll, own].flatMap((one) => Object.entries(one)).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_FORMAT, ...Object.fromEntries(given) };
}

const ADDRESS_FIELDS = ['line1', 'line2', 'city', 'state', 'postcode', 'country'] as const;
const toAddressFields = <Name extends string>(name: Name) =>
  ADDRESS_FIELDS.map((part) => `${name}.${part}` as const);

/** What a column of an order file may hold, of the order. */
export const ORDER_FIELDS = [
  'reference',
  'saleOrderNumber',
  'customerReference',
  'channel',
  'orderDate',
  'shipBy',
  'currency',
  'customer',
  'email',
  'phone',
  'shipTo.name',
  'shipTo.company',
  ...toAddressFields('shipTo'),
  ...toAddressFields('billTo'),
  'shippingMethod',
  'paymentStatus',
  'notes',
  'internalNotes',
  'isGift',
  'giftMessage',
  'location',
  'total',
  'tax',
  'totalWeightGrams',
  'lineCount',
] as const;
export type OrderField = (typeof ORDER_FIELDS)[number];

/** And of one of its lines. */
export const LINE_FIELDS = [
  'line.number',
  'line.key',
  'line.sku',
  'line.name',
  'line.quantity',
  'line.unitPrice',
  'line.total',
  'line.weightGrams',
  'line.options',
  'line.bin',
  'line.batch',
  'line.expiry',
  'line.comment',
] as const;
export type LineField = (typeof LINE_FIELDS)[number];

/** `action` is the word for what the row asks for. */
export const COLUMN_FIELDS = ['action', ...ORDER_FIELDS, ...LINE_FIELDS] as const;
type ColumnField = (typeof COLUMN_FIELDS)[number];

interface Column {
  /** null: a constant. */
  readonly field: ColumnField | null;
  readonly constant: string;
  /** In characters. */
  readonly longest: number;
}

/** @param text `=NEW`, `reference`, or `shipTo.line1:35` @returns null where it is none of these */
export function parseColumn(text: string): Column | null {
  if (text.startsWith('=')) return { field: null, constant: text.slice(1), longest: text.length };
  const [, name = '', longest] = /^([\w.]+)(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  const field = COLUMN_FIELDS.find((one) => one === name);
  if (field === undefined) return null;
  return { field, constant: '', longest: longest === undefined ? Number.POSITIVE_INFINITY : Number(longest) };
}

/** What can be read from each kind of file. */
export const SHIPMENT_FIELDS = [
  'reference',
  'parcelId',
  'trackingNumber',
  'carrier',
  'service',
  'shippedAt',
  'lineKey',
  'sku',
  'quantity',
  'batch',
  'expiry',
  'cost',
  'warehouse',
  'status',
] as const;
export const ACKNOWLEDGEMENT_FIELDS = ['reference', 'status', 'reason'] as const;
export const STOCK_FIELDS = ['sku', 'onHand', 'batch', 'expiry'] as const;

/** What a warehouse may answer to an order file. */
export const ANSWERS = ['accepted', 'changed', 'cancelled', 'too-late', 'refused'] as const;
export type Answer = (typeof ANSWERS)[number];
