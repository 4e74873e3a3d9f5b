import { describe, expect, it } from 'vitest';
import { readCsv, UnreadableFile } from '../../../lib/providers/files/csv.ts';
import { parseNumber, parseTime } from '../../../lib/providers/files/fields.ts';
import { getFormat } from '../../../lib/providers/files/format.ts';
import { decode, encode } from '../../../lib/providers/files/text-encoding.ts';
import { readXml, writeXml } from '../../../lib/providers/files/xml.ts';

const FORMAT = getFormat({ format: {} }, {});
const cells = (text: string, format = FORMAT) =>
  readCsv(text, ['sku', 'qty'], format).rows.map(({ get }) => [get('sku'), get('qty')]);

describe('readCsv', () => {
  it.each([
    ['a byte order mark', '\uFEFFsku,qty\nA,1\n'],
    ['another order and case of columns', 'QTY,Note,Sku\n1,x,A\n'],
    ['blank lines and a line of nothing but delimiters', '\nsku,qty\n\nA,1\n,\n\n'],
    ['blanks around values', ' sku , qty \n A , 1 \n'],
    ['line ends of an old Mac', 'sku,qty\rA,1\r'],
    ['line ends of Windows, and none at the end', 'sku,qty\r\nA,1'],
    ['quotes around values', '"sku","qty"\n"A","1"\n'],
    ['columns too many', 'sku,qty\nA,1,,\n'],
  ])('reads %s', (_, text) => {
    expect(cells(text)).toEqual([['A', '1']]);
  });

  it('keeps delimiters, line breaks and quotes within a value', () => {
    expect(cells('sku,qty\n"A, ""b""\nc",1\n19" rack,2\n')).toEqual([
      ['A, "b"\nc', '1'],
      ['19" rack', '2'],
    ]);
  });

  it('names the line of a row that was cut off', () => {
    const { rows, problems } = readCsv('sku,qty\nA,1\nB', ['sku'], FORMAT);
    expect(rows).toHaveLength(1);
    expect(problems).toEqual([{ line: 3, why: 'it has 1 columns instead of 2' }]);
  });

  it('knows columns without a header by their number', () => {
    const table = readCsv('A;1\nB;2\n', ['1', '2'], { ...FORMAT, header: false, delimiter: ';' });
    expect(table.rows.map(({ get }) => get('1') + get('2'))).toEqual(['A1', 'B2']);
  });

  it.each(['', 'sku\nA\n', 'sku,qty\n"A,1\n'])('throws for the file %j as a whole', (text) => {
    expect(() => readCsv(text, ['sku', 'qty'], FORMAT)).toThrow(UnreadableFile);
  });
});

describe('XML', () => {
  const format = { ...FORMAT, kind: 'xml' as const, rows: 'Out/Despatch/Line' };

  it('finds a column in the row, or else in what is around it, and the line of the row', () => {
    const text =
      '<?xml version="1.0"?>\n<x:Out xmlns:x="u"><Site>N1</Site>\n<Despatch id="7"><No>SO-1-1</No>\n<Line><Item> A &amp; B </Item></Line>\n<Line><Item>C</Item><No>SO-2-1</No></Line></Despatch></x:Out>';
    const { rows } = readXml(text, format);
    expect(rows.map(({ line, get }) => [line, get('Item'), get('No'), get('@id'), get('Site')])).toEqual([
      [4, 'A & B', 'SO-1-1', '7', 'N1'],
      [5, 'C', 'SO-2-1', '7', 'N1'],
    ]);
  });

  it('has no rows where there is none, and throws for what is no XML or something else', () => {
    expect(readXml('<!DOCTYPE Out SYSTEM "out.dtd"><Out/>', format).rows).toEqual([]);
    expect(readXml('<Out/>', format).rows).toEqual([]);
    for (const text of ['<Out><Despatch></Out>', 'order,qty', '<Other/>'])
      expect(() => readXml(text, format)).toThrow(UnreadableFile);
  });

  it('is refused where it declares entities, of its own or from a file', () => {
    const grown = Array.from(
      { length: 9 },
      (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
    );
    for (const entities of [
      `<!ENTITY e0 "ha">${grown.join('')}`,
      '<!ENTITY e9 SYSTEM "file:///etc/passwd">',
    ]) {
      const text = `<!DOCTYPE Out [${entities}]><Out><Despatch><Line><Item>&e9;</Item></Line></Despatch></Out>`;
      expect(() => readXml(text, format)).toThrow('declares entities');
    }
  });

  it('is written with its lines in their order’s element', () => {
    const order = {
      fields: [['@id', '1'] as const, ['To/Name', 'A <B>'] as const],
      lines: [[['Item', 'C'] as const]],
    };
    const text = writeXml([order], { ...format, lineEnd: 'lf' });
    expect(
      readXml(text, { ...format, rows: 'Orders/Order/Lines/Line' }).rows.map(({ get }) => [
        get('@id'),
        get('To/Name'),
        get('Item'),
      ]),
    ).toEqual([['1', 'A <B>', 'C']]);
  });
});

describe('encodings', () => {
  it('write Windows-1252 without marks that it lacks, and count what it cannot hold', () => {
    const { bytes, replaced } = encode('Žiga €5 Győr 東京', 'windows-1252');
    expect(decode(bytes, 'windows-1252')).toBe('Žiga €5 Gyor ??');
    expect(replaced).toBe(2);
  });

  it.each([
    ['utf-8', Buffer.from('Gyű')],
    ['utf-8-bom', encode('Gyű', 'utf-8-bom').bytes],
    ['windows-1252', encode('Gyű', 'utf-8-bom').bytes],
    ['utf-8', Buffer.from('\uFEFFGyű', 'utf16le')],
  ] as const)('read %s, whatever a byte order mark says', (encoding, bytes) => {
    expect(decode(bytes, encoding)).toBe('Gyű');
  });

  it('are refused where the bytes are of another', () => {
    expect(decode(Buffer.from([0x4d, 0xfc]), 'utf-8')).toBeNull();
  });
});

describe('values', () => {
  it.each([
    ['2026-03-09', 'yyyy-mm-dd', '2026-03-09T00:00:00.000Z'],
    ['2026-03-09T08:30:00+02:00', 'dd/mm/yyyy', '2026-03-09T06:30:00.000Z'],
    ['2026-03-09 08:30', 'yyyymmdd', '2026-03-09T08:30:00.000Z'],
    ['20260309', 'yyyymmdd', '2026-03-09T00:00:00.000Z'],
    ['20260309 0830', 'yyyymmdd', '2026-03-09T08:30:00.000Z'],
    ['9/3/2026', 'dd/mm/yyyy', '2026-03-09T00:00:00.000Z'],
    ['03/09/2026 08:30:15', 'mm/dd/yyyy', '2026-03-09T08:30:15.000Z'],
    ['09.03.2026', 'dd.mm.yyyy', '2026-03-09T00:00:00.000Z'],
    ['31/02/2026', 'dd/mm/yyyy', null],
    ['9/3/2026', 'yyyy-mm-dd', null],
    ['soon', 'yyyy-mm-dd', null],
    ['', 'yyyy-mm-dd', null],
  ] as const)('the time %j in the form %s is %s', (text, form, expected) => {
    expect(parseTime(text, form)).toBe(expected);
  });

  it.each([
    ['1,234.5', '.', 1234.5],
    ['1.234,5', ',', 1234.5],
    ['-3', '.', -3],
    ['.5', '.', 0.5],
    ['1e3', '.', null],
    ['', '.', null],
    ['two', ',', null],
  ] as const)('the number %j with the mark %s is %s', (text, mark, expected) => {
    expect(parseNumber(text, mark)).toBe(expected);
  });
});
