import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Row, type Table, UnreadableFile } from './csv.ts';
import type { FileFormat } from './format.ts';

/** An element with its text or its parts; attributes begin with `@`. */
interface Element {
  [name: string]: string | Element | Element[];
}

export interface XmlOrder {
  /** Path of an element or attribute → its text. */
  readonly fields: ReadonlyArray<readonly [path: string, text: string]>;
  readonly lines: ReadonlyArray<ReadonlyArray<readonly [path: string, text: string]>>;
}

export function writeXml(
  orders: readonly XmlOrder[],
  { root, order, line, encoding, lineEnd }: FileFormat,
): string {
  const document: Element = {};
  const elements = orders.map(({ fields, lines }) => {
    const element = toElement(fields);
    setPath(element, line, lines.map(toElement));
    return element;
  });
  setPath(document, `${root}/${order}`, elements);
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true });
  const name = encoding === 'windows-1252' ? 'windows-1252' : 'UTF-8';
  const text = `<?xml version="1.0" encoding="${name}"?>\n${builder.build(document)}`;
  return lineEnd === 'crlf' ? text.replaceAll('\n', '\r\n') : text;
}

function toElement(texts: ReadonlyArray<readonly [path: string, text: string]>): Element {
  const element: Element = {};
  for (const [path, text] of texts) setPath(element, path, text);
  return element;
}

function setPath(element: Element, path: string, value: string | Element[]): void {
  const [name = '', ...rest] = path.split('/');
  if (rest.length === 0) {
    element[name] = value;
    return;
  }
  const known = element[name];
  const inner = typeof known === 'object' && !Array.isArray(known) ? known : {};
  element[name] = inner;
  setPath(inner, rest.join('/'), value);
}

/** Every element is in a list, so that one element and several are read alike. */
type Parsed = { readonly [name: string]: readonly Parsed[] | string };

/** Its type is that of the object, which no property can have as its key. */
const META = XMLParser.getMetaDataSymbol() as unknown as symbol;

/**
 * The elements at the path `rows`. A column is a path within the row, or else within the nearest element around it that has it:
 * the number of an order may stand once above its lines. Of several elements of one name a column has all texts, one to a line.
 * @throws {UnreadableFile}
 */
export function readXml(text: string, { rows }: FileFormat): Table {
  if (/<!ENTITY/i.test(text)) throw new UnreadableFile('it declares entities of its own');
  // Some programs begin with a blank line, which only what is stricter than its readers refuses.
  const document = parseDocument(text.trimStart());
  const [root = ''] = rows.split('/');
  if (document[root] === undefined) throw new UnreadableFile(`its outermost element is not ${root}`);
  const chains = rows
    .split('/')
    .reduce<Parsed[][]>(
      (before, name) => before.flatMap((chain) => children(chain[0], name).map((child) => [child, ...chain])),
      [[document]],
    );
  const toLine = lineCounter(text);
  return { rows: chains.map((chain) => toRow(chain, toLine)), problems: [] };
}

function parseDocument(text: string): Parsed {
  const verdict = XMLValidator.validate(text);
  if (verdict !== true)
    throw new UnreadableFile(`it is no XML (line ${verdict.err.line}: ${verdict.err.code})`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    alwaysCreateTextNode: true,
    parseTagValue: false,
    parseAttributeValue: false,
    // Numeric characters, which XML has without any declaration.
    htmlEntities: true,
    removeNSPrefix: true,
    captureMetaData: true,
    isArray: (_, __, ___, isAttribute) => !isAttribute,
  });
  try {
    return parser.parse(text) as Parsed;
  } catch {
    // Names that are words of JavaScript, and more than a hundred elements within each other.
    throw new UnreadableFile('it has elements that cannot be read');
  }
}

function children(element: Parsed | undefined, name: string): readonly Parsed[] {
  const found = element?.[name];
  return typeof found === 'object' ? found : [];
}

/** The line of a position. Positions come in order, so the text is searched once: a file may have 200,000 rows. */
function lineCounter(text: string): (position: number) => number {
  const skipped = text.length - text.trimStart().length;
  let line = 1;
  let next = text.indexOf('\n');
  return (position) => {
    for (; next >= 0 && next < position + skipped; next = text.indexOf('\n', next + 1)) line += 1;
    return line;
  };
}

/** @param chain the row's element, and those around it */
function toRow(chain: readonly Parsed[], toLine: (position: number) => number): Row {
  const [own] = chain;
  const meta: unknown = own === undefined ? undefined : Reflect.get(own, META);
  const start =
    typeof meta === 'object' && meta !== null && 'startIndex' in meta ? Number(meta.startIndex) : 0;
  return {
    line: toLine(start),
    get: (path) => {
      for (const element of chain) {
        const texts = findTexts(element, path.split('/'));
        if (texts.length > 0) return [...new Set(texts.map((one) => one.trim()))].join('\n').trim();
      }
      return '';
    },
  };
}

/** None where there is no such element. */
function findTexts(element: Parsed, [name = '', ...rest]: readonly string[]): readonly string[] {
  const found = element[name] ?? [];
  if (typeof found === 'string') return [found];
  if (rest.length > 0) return found.flatMap((one) => findTexts(one, rest));
  return found.map(({ '#text': text }) => (typeof text === 'string' ? text : ''));
}
