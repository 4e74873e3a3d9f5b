import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** A row of a file by its columns. */
export type Row = Readonly<Record<string, string>>;

/** How a warehouse writes and reads its files. */
export interface Layout {
  readonly ending: string;
  readOrders(bytes: Buffer): readonly Row[];
  /** @param turn changes from file to file, and with it what is untidy about them */
  write(rows: readonly Row[], columns: readonly string[], turn: number): Buffer;
}

const BOM = '\uFEFF';

/**
 * Comma-separated, as a person's export macro writes it: columns in any order, blank lines, blanks around values, Excel's first
 * line, a header with another line end, a delimiter too many behind it, and the end mark of DOS.
 */
export const csvLayout: Layout = {
  ending: '.csv',
  readOrders: (bytes) => parse(bytes, { columns: true, bom: true }) as Row[],
  write: (rows, columns, turn) => {
    const moved = [...columns.slice(turn % columns.length), ...columns.slice(0, turn % columns.length)];
    const lineEnd = turn % 2 === 0 ? '\n' : '\r\n';
    const cells = rows.map((row) =>
      moved.map((column) => `${row[column] ?? ''}${turn % 3 === 0 ? '  ' : ''}`),
    );
    const text = stringify([moved, ...cells], { record_delimiter: lineEnd });
    const spaced = turn % 4 === 0 ? text.replace(lineEnd, `${lineEnd}${lineEnd}`) : text;
    const padded = `${spaced}${','.repeat(columns.length - 1)}${lineEnd}`;
    const headed = turn % 5 < 2 ? padded.replace(lineEnd, `,${lineEnd === '\n' ? '\r\n' : '\n'}`) : padded;
    const opened = turn % 7 < 2 ? `sep=,${lineEnd}${headed}` : headed;
    return Buffer.from(`${turn % 2 === 0 ? BOM : ''}${opened}${turn % 3 === 1 ? '\x1A' : ''}`);
  },
};

/** An order of the XML that this warehouse takes. */
interface OrderElement {
  readonly Number: string;
  readonly Type: string;
  readonly Street: string;
  readonly Lines: { readonly Line: readonly Row[] };
}

/** XML in Windows-1252, by an old program that escapes every letter of a SKU. Rows of a parcel stand within it. */
export const xmlLayout: Layout = {
  ending: '.xml',
  readOrders: (bytes) => {
    const parser = new XMLParser({
      parseTagValue: false,
      isArray: (name) => name === 'Order' || name === 'Line',
    });
    const text = new TextDecoder('windows-1252').decode(bytes);
    const { Orders } = parser.parse(text) as { Orders: { Order: readonly OrderElement[] } };
    return Orders.Order.flatMap(({ Number: orderReference, Type: action, Street: street, Lines }) =>
      Lines.Line.map(({ Id = '', Item = '', Qty = '' }) => ({
        orderReference,
        action,
        street,
        lineKey: Id,
        sku: Item,
        quantity: Qty,
      })),
    );
  },
  write: (rows) => {
    const parcels = Map.groupBy(rows, ({ parcelId = '' }) => parcelId);
    const document = {
      Despatches: {
        Despatch: [...parcels].map(([id, lines]) => ({
          '@id': id,
          Order: lines[0]?.orderReference,
          Consignment: lines[0]?.trackingNumber,
          Carrier: lines[0]?.carrier,
          Service: lines[0]?.service,
          Line: lines.map(({ sku, quantity }) => ({ Item: sku, Qty: quantity })),
        })),
      },
    };
    const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true });
    const escaped = builder
      .build(document)
      .replaceAll(/(?<=<Item>)[\w-]+/g, (sku) => [...sku].map((one) => `&#${one.codePointAt(0)};`).join(''));
    return Buffer.from(`\n<?xml version="1.0" encoding="windows-1252"?>\n${escaped}`, 'latin1');
  },
};
