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
 * the number of an order may stand once above its lines.
 * @throws {UnreadableFile}
 */
export function readXml(text: string, { rows }: FileFormat): Table {
  if (/<!ENTITY/i.test(text)) throw new UnreadableFile('it declares entities of its own');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true)
    throw new UnreadableFile(`it is no XML (line ${verdict.err.line}: ${verdict.err.code})`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    alwaysCreateTextNode: true,
    parseTagValue: false,
    parseAttributeValue: false,
    removeNSPrefix: true,
    captureMetaData: true,
    isArray: (_, __, ___, isAttribute) => !isAttribute,
  });
  const document = parser.parse(text) as Parsed;
  const [root = ''] = rows.split('/');
  if (document[root] === undefined) throw new UnreadableFile(`its outermost element is not ${root}`);
  const chains = rows
    .split('/')
    .reduce<Parsed[][]>(
      (before, name) => before.flatMap((chain) => children(chain[0], name).map((child) => [child, ...chain])),
      [[document]],
    );
  return { rows: chains.map((chain) => toRow(chain, text)), problems: [] };
}

function children(element: Parsed | undefined, name: string): readonly Parsed[] {
  const found = element?.[name];
  return typeof found === 'object' ? found : [];
}

/** @param chain the row's element, and those around it */
function toRow(chain: readonly Parsed[], text: string): Row {
  const [own] = chain;
  const meta: unknown = own === undefined ? undefined : Reflect.get(own, META);
  const start =
    typeof meta === 'object' && meta !== null && 'startIndex' in meta ? Number(meta.startIndex) : 0;
  return {
    line: text.slice(0, start).split('\n').length,
    get: (path) => {
      for (const element of chain) {
        const found = findText(element, path.split('/'));
        if (found !== null) return found.trim();
      }
      return '';
    },
  };
}

function findText(element: Parsed | undefined, [name = '', ...rest]: readonly string[]): string | null {
  const found = element?.[name];
  if (typeof found === 'string') return found;
  const [first] = found ?? [];
  if (first === undefined) return null;
  if (rest.length > 0) return findText(first, rest);
  const text = first['#text'];
  return typeof text === 'string' ? text : '';
}
