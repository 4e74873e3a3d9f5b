import { getLegibility, toFieldName } from './legible-fields.ts';

/** Stands for a masked value. An empty value stays empty, because that is often what is wrong. */
export const MASK = '•••';

/** A body that was read, before it is known which personal data it may quote. */
export interface ReadBody {
  /** What is masked in it, as far as it may be personal: it is masked in other places too. */
  readonly personal: readonly string[];
  /** Whether it has a sentence. */
  readonly hasText: boolean;
  render(masks: Masks): string;
}

/** What masks known personal data in a legible value. */
export interface Masks {
  readonly code: (text: string) => string;
  readonly sentence: (text: string) => string;
}

type Scalar = (path: readonly string[], value: string) => string;
type Walk = (scalar: Scalar) => string;

/**
 * Reads a body of JSON, XML or a form; of any other text only what an error says.
 * @param isFailure whether it is an answer that is no success
 */
export function readBodyToMask(body: string, isAnswer: boolean, isFailure: boolean): ReadBody {
  const walk = toWalk(body, isFailure);
  const personal: string[] = [];
  let hasText = false;
  walk((path, value) => {
    const legibility = getLegibility(path, value, isAnswer);
    if (legibility === 'text') hasText = true;
    if (legibility === 'masked') personal.push(...toPersonal(path, value));
    return '';
  });
  return {
    personal,
    hasText,
    render: (masks) => walk((path, value) => maskScalar(path, value, isAnswer, masks)),
  };
}

function maskScalar(path: readonly string[], value: string, isAnswer: boolean, masks: Masks): string {
  if (value === '') return '';
  const legibility = getLegibility(path, value, isAnswer);
  if (legibility === 'masked') return MASK;
  return legibility === 'text' ? masks.sentence(value).replaceAll(QUOTED, `$1${MASK}$2`) : masks.code(value);
}

/** A quotation with a blank in it is more than the name of a field. */
const QUOTED = /(?<![\p{L}\p{N}])(["'“‘«])[^"'”’»]*\s[^"'”’»]*(["'”’»])(?![\p{L}\p{N}])/gu;

const GOODS = /^(order)?(items?|lines?|products?|shipmentitems|itemidentifier|kits?)$/;
const OF_GOODS = /^(name|description|productname|title)$/;
const NAME = /(?<!company|file|tag)name$|^(contact|customer|recipient|attention)$/;

/** The name of a product is masked, and is no personal datum: other systems have to quote it. */
function toPersonal(path: readonly string[], value: string): string[] {
  const name = path.at(-1) ?? '';
  if (OF_GOODS.test(name) && path.some((one) => GOODS.test(one))) return [];
  if (/^https?:/.test(value) || /^-?\d{1,4}(\.\d+)?$/.test(value)) return [];
  return NAME.test(name) ? [value, ...value.split(/\s+/)] : [value];
}

function toWalk(body: string, isFailure: boolean): Walk {
  const text = body.trim();
  const json = parseJson(text);
  if (json !== undefined) return (scalar) => JSON.stringify(maskJson(json, [], scalar));
  if (/^<(\?xml|[\w:]+[\s/>])/.test(text) && !/^<(!doctype )?html/i.test(text))
    return (scalar) => maskXml(text, scalar);
  if (/^[\w.%-]+=[^\s<]*$/.test(text)) return (scalar) => maskPairs(text, scalar);
  if (text === '' || !isFailure) return () => (text === '' ? '' : `(${text.length} characters of text)`);
  return (scalar) => scalar(['message'], toPlainText(text));
}

/** An object or a list; undefined of any other text. */
function parseJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function maskJson(value: unknown, path: readonly string[], scalar: Scalar): unknown {
  if (typeof value === 'string') return scalar(path, value);
  if (typeof value === 'number') {
    const text = String(value);
    const masked = scalar(path, text);
    return masked === text ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => maskJson(item, path, scalar));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      maskName(name, scalar),
      maskJson(item, [...path, toFieldName(name)], scalar),
    ]),
  );
}

/** A name with a blank or a sign is a value in the place of a name. */
function maskName(name: string, scalar: Scalar): string {
  return /^[\w$.[\]-]{1,80}$/.test(name) ? name : scalar(['name'], name);
}

const XML_TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<\/[^>]*>|<([\w:.-]+)([^>]*?)(\/?)>|[^<]+/g;

/** Comments and declarations are left out. */
function maskXml(text: string, scalar: Scalar): string {
  const path: string[] = [];
  return text.replaceAll(XML_TOKEN, (token, cdata?: string, name?: string, attributes = '', closed = '') => {
    if (name !== undefined) {
      path.push(toFieldName(name));
      const masked = maskAttributes(attributes, path, scalar);
      if (closed !== '') path.pop();
      return `<${name}${masked}${closed}>`;
    }
    if (token.startsWith('</')) {
      path.pop();
      return token;
    }
    if (cdata !== undefined) return toXml(scalar(path, cdata));
    if (token.startsWith('<')) return '';
    return token.trim() === '' ? '' : toXml(scalar(path, fromXml(token.trim())));
  });
}

function maskAttributes(text: string, path: readonly string[], scalar: Scalar): string {
  const found = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return [...found]
    .map(([, name = '', one = '', other = '']) => {
      const value = scalar([...path, toFieldName(name)], fromXml(one || other));
      return ` ${name}="${toXml(value)}"`;
    })
    .join('');
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&apos;': "'", '&amp;': '&' };

function fromXml(text: string): string {
  const named = Object.entries(ENTITIES).reduce(
    (rest, [entity, sign]) => rest.replaceAll(entity, sign),
    text,
  );
  return named.replaceAll(/&#(x?)([\da-f]{1,6});/gi, (whole, hex: string, digits: string) => {
    const point = Number.parseInt(digits, hex === '' ? 10 : 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

function toXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A form, or the query of an address without its question mark. */
export function maskPairs(text: string, scalar: Scalar): string {
  const pairs = [...new URLSearchParams(text)];
  return pairs
    .map(([name, value]) => `${maskName(name, scalar)}=${scalar([toFieldName(name)], value)}`)
    .join('&');
}

/** What a page says, without its marks. */
function toPlainText(text: string): string {
  return text
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
