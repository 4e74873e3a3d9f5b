import { isTrackingCode } from '../shipment/package.ts';

/**
 * Which fields of another system's bodies may be read by a person. It is a list of what is legible, by the names that DEAR and the
 * providers use, without capitals and signs: a field that is not on it is masked, whatever it holds.
 */

/** Short words of a vendor or of ours: statuses, SKUs, codes, numbers of documents. */
const CODES = new Set(
  `sku skus itemsku fulfillmentsku altsku filteredsku upc type kind code codes successcode carrier service shippingservice
  requestedshippingservice requestedshipmentservice shipcode shipvia shippingmethod confirmation insuranceprovider provider
  location fromlocation tolocation bin warehouse whslocation warehouselocation currency basecurrency customercurrency country
  custcountry shipcountry lineitemkey orderkey index field fieldname pointer property batch batchsn lotnumber box unit units
  weightunits dimensionunit taxrule taxcalculation terms pricetier boxes validateaddress addressresidentialindicator countryformat reference referencenum custref ordernumber saleordernumber
  shipmentnumber fulfillmentnumber invoicenumber creditnoteinvoicenumber linkedfulfillmentnumber mergedwith version method
  sourcechannel saleschannel channel operation verb event success carriercode servicecode fulfillmentservicecode packagecode
  countrycode currencycode errorcode statuscode successcode errortype errorsource packagetype saletype producttype
  dimensionunits dimensionsunits`.split(/\s+/),
);
/** Sentences of an answer that says what is wrong. */
const TEXTS = new Set(
  `message messages exception exceptionmessage exceptiondescription error errors errormessage errormsg errorreason
  errordescription detail details title hint reason fault faultstring statusmessage statusdescription
  carrierstatusdescription warning warnings modelstate`.split(/\s+/),
);
const NUMBER_NAME =
  /^(value|page|pages|pagesize|limit|size|line|lineno|adjustment|onhand|available|allocated|restock)$|(length|width|height|rate|quantity|qty|price|amount|total|cost|fee|weight|weightgrams|count|tax|taxpaid|paid|discount|percent)$/;
const DATE_NAME = /(date|datetime|at|time|until|since|on|from|by|updated|created|modified|expiry)$/;
const TRACKING_NAME = /^(combined)?tracking(no|number|numbers|nosecondary)$/;
/** Named like a legible field, and personal or secret. */
const NEVER =
  /birth|token|secret|password|session|signature|auth|key$|tax(id|number)|vat|passport|licen[cs]e|national|mail|phone/;
const KEYS = new Set(['lineitemkey', 'orderkey', 'key']);

/** An id has a digit and no blank: a name that was put into its place is none. */
const ID = /^(?=.*\d)[\w.:|/#-]{1,80}$/;
const STATUS = /^[a-z_ /-]{1,40}$/i;
const CODE = /^[^@\n]{1,80}$/;
const DATE =
  /^\d{4}-\d{2}-\d{2}([T ][\d:.]+ ?(Z|[+-]\d{2}:?\d{2})?)?$|^\d{1,2}\/\d{1,2}\/\d{4}$|^\/Date\(\d+\)\/$/;
const NUMBER = /^-?\d{1,9}(\.\d+)?$/;

/** `code`: as it is; `text`: a sentence, in which known personal data is masked; `masked`: not at all. */
export type Legibility = 'code' | 'text' | 'masked';

/**
 * @param path names of the fields from the outermost to the value's own, as `toFieldName` makes them
 * @param value as text
 * @param isAnswer whether it is what another system answers; a request has no sentences of errors
 */
export function getLegibility(path: readonly string[], value: string, isAnswer: boolean): Legibility {
  const name = path.at(-1) ?? '';
  if (isAnswer && (TEXTS.has(name) || path.includes('modelstate')) && !path.some(isOfPerson)) return 'text';
  if (/^(true|false)$/i.test(value)) return 'code';
  if (NEVER.test(name) && !KEYS.has(name)) return 'masked';
  return hasLegibleForm(name, value) ? 'code' : 'masked';
}

/** A message in a gift or a note is the customer's. */
function isOfPerson(name: string): boolean {
  return /gift|note|comment|memo/.test(name);
}

function hasLegibleForm(name: string, value: string): boolean {
  if (TRACKING_NAME.test(name)) return isTrackingCode(value);
  if (CODES.has(name)) return CODE.test(value);
  if (/(ids?|guid|key)$/.test(name)) return ID.test(value);
  if (name.endsWith('status')) return STATUS.test(value);
  if (NUMBER_NAME.test(name)) return NUMBER.test(value);
  return DATE_NAME.test(name) && DATE.test(value);
}

/** `ship_to`, `shipTo` and `Ship-To` are one name. */
export function toFieldName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\d]/gu, '');
}

const HEADERS =
  /^(content-type|retry-after|cf-ray|(x-)?(rate-?limit|request-id|correlation-id|trace-id|amzn-requestid|amzn-trace-id|api-call)[\w-]*)$/;

/** The headers that a person may read: type, limits and ids of the request. @param headers with names in lower case */
export function legibleHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS.test(name)));
}
