import type { PostalAddress } from '../../domain/address/address.ts';
import { isoTime } from '../../domain/clock.ts';
import { toDecimal } from '../../domain/decimal.ts';
import type { ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { foldSku } from '../../domain/sale/catalogue.ts';
import { cutText, oneLine } from '../../domain/text.ts';
import { type FileFormat, type LineField, type OrderField, parseColumn } from './format.ts';

type Texts = Readonly<Record<string, string>>;

/** An order as files can hold it: texts, dates as `yyyy-mm-dd`, numbers with a point. */
export interface FileOrder {
  readonly reference: string;
  readonly fields: Texts;
  readonly lines: readonly Texts[];
}

export function toFileOrder(order: OrderContent): FileOrder {
  return { reference: order.reference, fields: toFields(order), lines: order.lines.map(toLine) };
}

function toFields(order: OrderContent): Record<OrderField, string> {
  const { shipTo, billTo } = order;
  return {
    reference: order.reference,
    saleOrderNumber: order.saleOrderNumber,
    customerReference: order.customerReference,
    channel: order.sourceChannel,
    orderDate: order.orderDate,
    shipBy: order.shipBy,
    currency: order.currency,
    customer: order.customer,
    email: order.email,
    phone: order.phone,
    'shipTo.name': shipTo.contact,
    'shipTo.company': shipTo.company,
    ...toAddress('shipTo', shipTo),
    ...toAddress('billTo', billTo),
    shippingMethod: order.shippingMethod,
    paymentStatus: order.paymentStatus,
    notes: order.customerNotes,
    internalNotes: order.internalNotes,
    isGift: order.gift ? 'Y' : 'N',
    giftMessage: order.giftMessage,
    location: order.location,
    total: String(order.total),
    tax: String(order.tax),
    totalWeightGrams: String(order.totalWeightGrams),
    lineCount: String(order.lines.length),
  };
}

type AddressField = keyof Pick<PostalAddress, 'line1' | 'line2' | 'city' | 'state' | 'postcode' | 'country'>;

/** DEAR fills its display lines even where the structured fields are empty. */
function toAddress<Name extends string>(name: Name, address: PostalAddress) {
  const { line1, line2, city, state, postcode, country, displayLine1 } = address;
  const parts = { line1: line1 || displayLine1, line2, city, state, postcode, country };
  const entries = Object.entries(parts).map(([part, text]) => [`${name}.${part}`, text] as const);
  return Object.fromEntries(entries) as Record<`${Name}.${AddressField}`, string>;
}

function toLine(line: ContentLine, index: number): Record<LineField, string> {
  return {
    'line.number': String(index + 1),
    'line.key': line.key,
    'line.sku': line.sku,
    'line.name': line.name,
    'line.quantity': String(line.quantity),
    'line.unitPrice': String(toDecimal(line.total / line.quantity)),
    'line.total': String(line.total),
    'line.weightGrams': String(line.weightGrams),
    'line.options': line.options.map(({ name, value }) => `${name}: ${value}`).join('; '),
    'line.bin': line.stockLocation,
    'line.batch': line.batch,
    'line.expiry': line.expiry,
    'line.comment': line.comment,
  };
}

/** The same for orders with the same goods, whatever the order of their lines. */
export function toGoods({ lines }: FileOrder): string {
  const goods = lines.map((line) => `${line['line.quantity']} ${foldSku(line['line.sku'] ?? '')}`);
  return JSON.stringify(goods.sort());
}

const NUMBERS: ReadonlySet<string> = new Set<OrderField | LineField>([
  'total',
  'tax',
  'totalWeightGrams',
  'line.quantity',
  'line.unitPrice',
  'line.total',
  'line.weightGrams',
]);
const DATES: ReadonlySet<string> = new Set<OrderField | LineField>(['orderDate', 'shipBy', 'line.expiry']);

/** The text of a column for one line of an order, in the form that the file has. */
export function formatColumn(
  text: string,
  { fields }: FileOrder,
  line: Texts,
  { action, format }: { readonly action: string; readonly format: FileFormat },
): string {
  const column = parseColumn(text);
  if (column === null || column.field === null) return column?.constant ?? '';
  const { field, longest } = column;
  const value = field === 'action' ? action : (line[field] ?? fields[field] ?? '');
  if (NUMBERS.has(field)) return value.replace('.', format.decimalMark);
  if (DATES.has(field)) return formatDate(value, format.dates);
  // Few warehouses read a cell of several lines, although RFC 4180 allows it.
  return cutText(oneLine(value), longest);
}

function formatDate(iso: string, form: FileFormat['dates']): string {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  return year === '' ? '' : form.replace('yyyy', year).replace('mm', month).replace('dd', day);
}

/** Hours and minutes after a date, with or without seconds, half of the day and zone; without a zone it is UTC. */
const CLOCK =
  /^(?:[T ]*(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** Since 1970, in seconds or milliseconds, from 2001 on. */
const UNIX_TIME = /^(\d{10})(\d{3})?$/;

/**
 * A date with or without a time. ISO 8601 and Unix time are understood beside the form of the settings.
 * @returns ISO UTC; null where it is none
 */
export function parseTime(text: string, form: FileFormat['dates']): string | null {
  for (const one of new Set(['yyyy-mm-dd', form] as const)) {
    const found = matchDate(text, one);
    const clock = found === null ? null : CLOCK.exec(found.rest);
    if (found === null || clock === null) continue;
    const at = new Date(`${found.day}T${toClock(clock)}`);
    // The 31st of a short month would be a day of the next.
    const isDay = new Date(`${found.day}T00:00:00Z`).toJSON()?.startsWith(found.day) ?? false;
    if (isDay && !Number.isNaN(at.getTime())) return at.toISOString();
  }
  const [, unixSeconds] = form === 'yyyymmdd' ? [] : (UNIX_TIME.exec(text) ?? []);
  return unixSeconds === undefined ? null : isoTime(Number(unixSeconds) * 1_000);
}

/**
 * A date of a column that may be empty. Databases write an empty one with zeros.
 * @returns ISO UTC; '' where there is none; null where it cannot be read
 */
export function parseOptionalTime(text: string, form: FileFormat['dates']): string | null {
  return /^[0\s:./T-]*$/.test(text) ? '' : parseTime(text, form);
}

/** `20:30:00+02:00` */
function toClock([
  ,
  hours = '0',
  minutes = '00',
  seconds = '00',
  half = '',
  zone = 'Z',
]: RegExpExecArray): string {
  // 12 AM is the hour 0.
  const hour = half === '' ? Number(hours) : (Number(hours) % 12) + (/^p/i.test(half) ? 12 : 0);
  const [, sign, minutesAhead = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = sign === undefined ? 'Z' : `${sign}:${minutesAhead}`;
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds}${offset}`;
}

function matchDate(text: string, form: FileFormat['dates']): { day: string; rest: string } | null {
  const pattern = form
    .replaceAll('.', '[.]')
    .replace('yyyy', '(?<year>\\d{4})')
    .replace('mm', '(?<month>\\d\\d?)')
    .replace('dd', '(?<day>\\d\\d?)');
  const match = new RegExp(`^${pattern}`).exec(text);
  if (match === null) return null;
  const { year = '', month = '', day = '' } = match.groups ?? {};
  return {
    day: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    rest: text.slice(match[0].length),
  };
}

/** Whether a spreadsheet made `8.01E+11` of a long number, whose other digits are lost. */
export function isShortened(text: string): boolean {
  return /^\d([.,]\d+)?E\+\d\d$/i.test(text);
}

/**
 * A number with or without marks between its thousands: `1,234.5`, and with a decimal comma `1.234,5`. A mark anywhere else is
 * none: `1,5` in a file that is said to have points is not fifteen. SAP writes the minus behind.
 * @returns null where it is no number
 */
export function parseNumber(text: string, decimalMark: FileFormat['decimalMark']): number | null {
  const [, sign = '', whole = '', decimals = '', signBehind = ''] =
    NUMBER_FORMS[decimalMark].exec(text) ?? [];
  if (whole + decimals === '' || (sign !== '' && signBehind !== '')) return null;
  const value = Number(`${whole.replaceAll(/\D/g, '')}.${decimals}0`);
  return sign + signBehind === '-' ? 0 - value : value;
}

function toNumberForm(decimal: string, thousands: string): RegExp {
  return new RegExp(`^([+-]?)(\\d*|[1-9]\\d{0,2}(?:(?:${thousands}|\\s)\\d{3})+)(?:${decimal}(\\d*))?(-?)$`);
}

const NUMBER_FORMS = { '.': toNumberForm('[.]', ','), ',': toNumberForm(',', '[.]') } as const;
