import * as z from 'zod';

/** The fields of a webhook that identify its event and its sale: name in lower case → value. */
export type WebhookFields = Readonly<Record<string, string>>;

interface WebhookText {
  /** The events in the text; none where none can be recognised. */
  readonly events: ReadonlyArray<{
    readonly fields: WebhookFields;
    readonly trackingNumbers: readonly string[];
  }>;
  /** The body as JSON; undefined where it is not JSON and the fields were extracted from the text. */
  readonly json: unknown;
}

const NAMES = ['eventtype', 'saleid', 'saletaskid', 'saleordernumber', 'ordernumber'] as const;
/** `"SaleID": "…"` in any quotes, or `SaleID=…`; the text around it need not be JSON. */
const PAIR = new RegExp(
  `["']?\\b(${NAMES.join('|')}|trackingnumber)\\b\\\\?["']?\\s*[:=]\\s*(?:\\\\?"([^"\\\\\\r\\n]*)|'([^'\\r\\n]*)'|([^\\s,;&}\\]"']+))`,
  'gi',
);
/** Levels of nesting down to an event. */
const MAX_DEPTH = 4;
/** More than the reader of the events accepts in one body. */
const MAX_SALVAGED = 200;

/**
 * Reads a webhook of DEAR in any form: JSON, JSON with the stray commas of DEAR's examples, with a byte order mark, as a form,
 * several events in a list, in other capitals. Never throws, and keeps only identifiers of sales and tracking numbers.
 */
export function readWebhookText(rawBody: string): WebhookText {
  const text = toPlainText(rawBody);
  const json = parseJson(text);
  if (json !== undefined) return { json, events: findEvents(json, 0) };
  const form = parseForm(text);
  return { json: undefined, events: form.length > 0 ? form : salvage(text) };
}

/** Removes byte order marks, and the zeros of a text in UTF-16. */
function toPlainText(rawBody: string): string {
  return rawBody
    .replaceAll('\0', '')
    .replaceAll(/[\ufeff\ufffd]/g, '')
    .trim();
}

/** A JSON string may itself hold JSON. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' && /^\s*[[{]/.test(value) ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

const record = z.record(z.string(), z.unknown());

/** An object with a field of `NAMES` is an event; any other object may contain events. */
function findEvents(value: unknown, depth: number): WebhookText['events'] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => findEvents(item, depth + 1));
  const { data } = record.safeParse(value);
  if (data === undefined) return [];
  const named = Object.entries(data).map(([name, held]) => [name.trim().toLowerCase(), held] as const);
  const fields = Object.fromEntries(
    named.filter(([name]) => NAMES.some((one) => one === name)).map(([name, held]) => [name, toText(held)]),
  );
  if (Object.values(fields).some((text) => text !== '')) {
    return [{ fields, trackingNumbers: findTrackingNumbers(new Map(named).get('shipments')) }];
  }
  return Object.values(data).flatMap((held) => findEvents(held, depth + 1));
}

function findTrackingNumbers(shipments: unknown): string[] {
  if (!Array.isArray(shipments)) return [];
  return shipments.flatMap((shipment: unknown) => {
    const { data = {} } = record.safeParse(shipment);
    const found = Object.entries(data).find(([name]) => name.toLowerCase() === 'trackingnumber');
    return found === undefined ? [] : [toText(found[1])];
  });
}

/** An order number may come as a number. */
function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** `SaleID=…&EventType=…`, or a form with JSON in one of its fields. */
function parseForm(text: string): WebhookText['events'] {
  if (!/^[\w.%+-]+=/.test(text)) return [];
  const form = Object.fromEntries(new URLSearchParams(text));
  const direct = findEvents(form, 0);
  return direct.length > 0 ? direct : Object.values(form).flatMap((held) => readWebhookText(held).events);
}

/** A repeated name starts another event. */
function salvage(text: string): WebhookText['events'] {
  const events: Array<{ fields: Record<string, string>; trackingNumbers: string[] }> = [];
  for (const [, name = '', ...values] of text.matchAll(PAIR)) {
    const key = name.toLowerCase();
    const value = (values.find((held) => held !== undefined) ?? '').trim();
    const last = events.at(-1);
    if (events.length > MAX_SALVAGED) break;
    if (key === 'trackingnumber') last?.trackingNumbers.push(value);
    else if (last === undefined || key in last.fields) {
      events.push({ fields: { [key]: value }, trackingNumbers: [] });
    } else last.fields[key] = value;
  }
  return events;
}
