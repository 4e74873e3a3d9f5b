import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readCsv, UnreadableFile } from '../../../lib/providers/files/csv.ts';
import {
  isShortened,
  parseNumber,
  parseOptionalTime,
  parseTime,
  toFileOrder,
  toGoods,
} from '../../../lib/providers/files/fields.ts';
import { getFormat, parseColumn } from '../../../lib/providers/files/format.ts';
import { renderOrders, toBatchFile, toOrderFile } from '../../../lib/providers/files/order-files.ts';
import { filesSettings } from '../../../lib/providers/files/settings.ts';
import { decode, encode } from '../../../lib/providers/files/text-encoding.ts';
import { readXml, writeXml } from '../../../lib/providers/files/xml.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const SHIPMENTS = { complete: 'renamed', columns: { reference: 'order' } };
const FORMAT = getFormat({ format: {} }, {});
const COLUMNS = { required: ['sku', 'qty'], only: {} };
const cells = (text: string, format = FORMAT) =>
  readCsv(text, COLUMNS, format).rows.map(({ get }) => [get('sku'), get('qty')]);

describe('readCsv', () => {
  it.each<[string, string, string[][]?]>([
    ['a byte order mark', '\uFEFFsku,qty\nA,1\n'],
    ['another order and case of columns', 'QTY,Note,Sku\n1,x,A\n'],
    ['blank lines and a line of nothing but delimiters', '\nsku,qty\n\nA,1\n,\n\n'],
    ['blanks around values', ' sku , qty \n A , 1 \n'],
    ['line ends of an old Mac', 'sku,qty\rA,1\r'],
    ['line ends of Windows, and none at the end', 'sku,qty\r\nA,1'],
    ['quotes around values', '"sku","qty"\n"A","1"\n'],
    ['columns too many', 'sku,qty\nA,1,,\n'],
    ['a delimiter behind the last name alone', 'sku,qty,\nA,1\n'],
    ['a column that is not read twice', 'sku,x,qty,x\nA,2,1,3\n'],
    ['Excel’s form of a text that looks like a number', 'sku,qty\n"=""A""",="1"\n'],
    ['that form of a text with its zeros', 'sku,qty\nA,"=""01"""\n', [['A', '01']]],
    ['the end mark of DOS', 'sku,qty\nA,1\n\u001A'],
    ['the padding of a file of blocks', 'sku,qty\nA,1\n\u0000\u0000'],
    ['blanks without width', 'sku,\u200Bqty\nA\u200B,\uFEFF1\n'],
    ['a header again, as of files that were put together', 'sku,qty\nA,1\n\uFEFFSKU,Qty\n'],
  ])('reads %s', (_, text, rows = [['A', '1']]) => {
    expect(cells(text)).toEqual(rows);
  });

  it('keeps delimiters, line breaks and quotes within a value', () => {
    expect(cells('sku,qty\n"A, ""b""\nc",1\n19" rack,2\n')).toEqual([
      ['A, "b"\nc', '1'],
      ['19" rack', '2'],
    ]);
  });

  it('knows the delimiter that a first line is for, and counts that line', () => {
    const { rows } = readCsv('\uFEFFsep=;\r\nsku;qty\r\nA;1\r\n', COLUMNS, { ...FORMAT, delimiter: ';' });
    expect(rows.map(({ line, get }) => [line, get('sku')])).toEqual([[3, 'A']]);
  });

  it.each(['sku,qty\r\nA,1\nB,2\r\nC,3\rD,4', 'sku,qty\nA,1\r\nB,2\nC,3\r\nD,4\n'])(
    'ends each row of %j by its own line end',
    (text) => {
      expect(cells(text)).toEqual([...'ABCD'].map((sku, index) => [sku, String(index + 1)]));
    },
  );

  it.each([
    ['was cut off', 'B', 1],
    ['has a value too many, which shifts the others', 'Mug, blue,1', 3],
  ])('names the line of a row that %s', (_, row, width) => {
    const { rows, problems } = readCsv(`sku,qty\nA,1\n${row}`, COLUMNS, FORMAT);
    expect(rows).toHaveLength(1);
    expect(problems).toEqual([{ line: 3, why: `it has ${width} columns instead of 2` }]);
  });

  it('leaves out rows of another kind, however long they are', () => {
    const text = 'kind,sku,qty\nHDR,2026\nLIN,A,1\nTRL,1,2,3,4\nLIN,B';
    const { rows, problems } = readCsv(text, { ...COLUMNS, only: { kind: 'LIN' } }, FORMAT);
    expect([rows.length, problems.map(({ line }) => line)]).toEqual([1, [5]]);
  });

  it('knows columns without a header by their number', () => {
    const table = readCsv(
      'A;1\nB;2\n',
      { required: ['1', '2'], only: {} },
      { ...FORMAT, header: false, delimiter: ';' },
    );
    expect(table.rows.map(({ get }) => get('1') + get('2'))).toEqual(['A1', 'B2']);
  });

  it.each(['', 'sku\nA\n', 'sku,qty\n"A,1\n', 'sku,qty,QTY\nA,1,2\n'])(
    'throws for the file %j as a whole',
    (text) => {
      expect(() => readCsv(text, COLUMNS, FORMAT)).toThrow(UnreadableFile);
    },
  );
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

  it.each<[string, string, string]>([
    ['characters by their number', 'Caf&#233; &#xE9; &#x1F60A;', 'Café é 😊'],
    ['an ampersand that was escaped twice', '&amp;#233;', '&#233;'],
    ['a text as it is', '<![CDATA[A&B <C>]]>', 'A&B <C>'],
    ['a comment within', 'A<!-- b -->B', 'AB'],
    ['zeros before', '00123', '00123'],
  ])('reads an element with %s', (_, inner, text) => {
    const [row] = readXml(`<Out><Despatch><Line><Item>${inner}</Item></Line></Despatch></Out>`, format).rows;
    expect(row?.get('Item')).toBe(text);
  });

  it('has all texts of several elements of one name, each once, and none from around an empty one', () => {
    const line = '<Line><No>T1</No><No>T2</No><No>T1</No><Item/></Line>';
    const { rows } = readXml(`<Out><Item>X</Item><Despatch>${line}</Despatch></Out>`, format);
    expect(rows.map(({ get }) => [get('No'), get('Item')])).toEqual([['T1\nT2', '']]);
  });

  it('has the lines of its rows as they are in a file that begins with blank ones', () => {
    const line = '<Line><No>1</No></Line>';
    const { rows } = readXml(`\n\n  <Out><Despatch>\n${line}\n${line}</Despatch></Out>`, format);
    expect(rows.map((row) => row.line)).toEqual([4, 5]);
  });

  it('of eight times the rows is read in eight times the CPU, and not in 64 times', () => {
    const measureCpu = (count: number): number => {
      const text = `<Out><Despatch>${'<Line><Item>A</Item></Line>\n'.repeat(count)}</Despatch></Out>`;
      const before = process.cpuUsage();
      expect(readXml(text, format).rows.at(-1)?.line).toBe(count);
      return process.cpuUsage(before).user;
    };
    // The least of three: other programs and the collection of garbage only add to it.
    const measureLeast = (count: number) => Math.min(...[1, 2, 3].map(() => measureCpu(count)));
    const few = measureLeast(2_500);
    expect(measureLeast(20_000) / few).toBeLessThan(32);
  });

  it('leaves out blanks around a text, also of a character section', () => {
    const text =
      '<Out><Despatch no=" 7 "><Line><Item><![CDATA[ A & B ]]></Item><Note> </Note></Line></Despatch></Out>';
    const [row] = readXml(text, format).rows;
    expect(['Item', '@no', 'Note', 'None'].map((path) => row?.get(path))).toEqual(['A & B', '7', '', '']);
  });

  it('has no rows where there is none, and throws for what is no XML or something else', () => {
    expect(readXml('<!DOCTYPE Out SYSTEM "out.dtd"><Out/>', format).rows).toEqual([]);
    expect(readXml('<Out/>', format).rows).toEqual([]);
    const deep = `<Out>${'<a>'.repeat(200)}${'</a>'.repeat(200)}</Out>`;
    for (const text of ['<Out><Despatch></Out>', 'order,qty', '<Other/>', '<Out><constructor/></Out>', deep])
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
      fields: [['@id', '1'] as const, ['To/Name', 'A <B>'] as const, ['To/City', 'Waco'] as const],
      lines: [[['Item', 'C'] as const]],
    };
    const text = writeXml([order], { ...format, lineEnd: 'lf' });
    expect(
      readXml(text, { ...format, rows: 'Orders/Order/Lines/Line' }).rows.map(({ get }) => [
        get('@id'),
        get('To/Name'),
        get('To/City'),
        get('Item'),
      ]),
    ).toEqual([['1', 'A <B>', 'Waco', 'C']]);
  });
});

describe('an order file', () => {
  const LINE = sampleLine({
    ...{
      quantity: 4,
      total: 50.2,
      weightGrams: 350.2,
      stockLocation: 'A-1',
      batch: 'B7',
      expiry: '2027-05-01',
    },
    ...{
      comment: 'Fragile',
      options: [
        { name: 'Colour', value: 'red' },
        { name: 'Size', value: 'L' },
      ],
    },
  });
  const ORDER = sampleOrder({
    ...{
      lines: [LINE, sampleLine({ key: 'line-2' })],
      gift: true,
      shipBy: '2026-01-09',
      giftMessage: 'For you',
      customerNotes: 'Ring\ntwice',
    },
  });
  const settingsOf = (columns: object, mapping: object = {}, ofFormat: object = {}) =>
    z.object(filesSettings()).parse({
      server: 'sftp://bridge@127.0.0.1',
      shipments: SHIPMENTS,
      format: ofFormat,
      orders: { columns, ...mapping },
    });
  const render = (...given: Parameters<typeof settingsOf>) =>
    renderOrders([toFileOrder(ORDER)], 'submit', settingsOf(...given)).bytes.toString();

  it.each([
    ['reference', 'SO-20417-1'],
    ['saleOrderNumber', 'SO-20417'],
    ['orderDate', '05/01/2026'],
    ['shipBy', '09/01/2026'],
    ['shipTo.name', 'Odalys Brandt'],
    ['billTo.line1', 'PO Box 118'],
    ['isGift', 'Y'],
    ['giftMessage', 'For you'],
    ['giftMessage:3', 'For'],
    ['notes', 'Ring twice'],
    ['internalNotes', 'Trade customer'],
    ['total', '121,4'],
    ['tax', '9,4'],
    ['totalWeightGrams', '2100,8'],
    ['lineCount', '2'],
    ['line.number', '1'],
    ['line.quantity', '4'],
    ['line.unitPrice', '12,55'],
    ['line.total', '50,2'],
    ['line.weightGrams', '350,2'],
    ['line.options', 'Colour: red; Size: L'],
    ['line.sku', 'SHADE-LINEN'],
    ['line.batch', 'B7'],
    ['line.bin', 'A-1'],
    ['line.expiry', '01/05/2027'],
    ['line.comment', 'Fragile'],
    ['action', 'NEW'],
    ['=7', '7'],
    ['=', ''],
  ])('has in a column of %s the text %j', (column, text) => {
    const [, row] = render(
      { one: column },
      {},
      { delimiter: ';', decimalMark: ',', dates: 'dd/mm/yyyy' },
    ).split('\r\n');
    expect(row).toBe(text.includes(';') ? `"${text}"` : text);
  });

  it('has the street that DEAR shows where the field of the street is empty', () => {
    const billTo = { ...ORDER.billTo, line1: '' };
    expect(toFileOrder({ ...ORDER, billTo }).fields['billTo.line1']).toBe('PO Box 118');
  });

  it('has no date where the order has none, and is without header and with quotes where the settings say so', () => {
    const order = toFileOrder(sampleOrder({ lines: [LINE], shipBy: '' }));
    const settings = settingsOf(
      { by: 'shipBy', sku: 'line.sku' },
      {},
      { header: false, quotes: 'always', lineEnd: 'lf' },
    );
    expect(renderOrders([order], 'submit', settings).bytes.toString()).toBe('"","SHADE-LINEN"\n');
  });

  it('of XML has what is of the order once, and what is of a line in each line', () => {
    const text = render(
      { '@no': 'reference', Kind: '=X', Sku: 'line.sku', Count: 'line.quantity' },
      {},
      { kind: 'xml' },
    );
    expect(text.replaceAll(/>\s+</g, '><')).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\r\n<Orders><Order no="SO-20417-1"><Kind>X</Kind><Lines>${[4, 2]
        .map((count) => `<Line><Sku>SHADE-LINEN</Sku><Count>${count}</Count></Line>`)
        .join('')}</Lines></Order></Orders>\r\n`.replace('?>\r\n<', '?><'),
    );
  });

  it('of XML says that it is in Windows-1252', () => {
    expect(render({ No: 'reference' }, {}, { kind: 'xml', encoding: 'windows-1252', lineEnd: 'lf' })).toMatch(
      /^<\?xml version="1.0" encoding="windows-1252"\?>\n<Orders>/,
    );
  });

  it('has a name of letters, digits and few signs, which no other reference has', () => {
    const settings = settingsOf({ No: 'reference' }, { actions: { submit: 'NEW/1' } });
    expect(toOrderFile('SO/1 é\n', 'submit', 3, settings)).toMatchObject({
      name: 'NEW%2f1-SO%2f1%20%c3%a9%0a-3.csv',
      temporaryName: 'NEW%2f1-SO%2f1%20%c3%a9%0a-3.csv.tmp',
      folder: 'orders',
    });
    expect(toOrderFile('SO-1-1', 'cancel', 2, settings).name).toBe('cancel-SO-1-1-2.csv');
  });

  it('of a batch is named by its time and its orders', () => {
    const nameOf = (...references: string[]) =>
      toBatchFile(references, '2026-01-05T08:30:15.250Z', settingsOf({ No: 'reference' })).name;
    expect(nameOf('SO-1-1', 'SO-2-1')).toMatch(/^orders-20260105T083015-[0-9a-f]{8}\.csv$/);
    expect(
      new Set([nameOf('SO-1-1', 'SO-2-1'), nameOf('SO-1-1SO-2-1'), nameOf('SO-1-1', 'SO-3-1')]).size,
    ).toBe(3);
  });

  it.each([
    ['shipTo.line1:35', { field: 'shipTo.line1', constant: '', longest: 35 }],
    ['reference:99999', { field: 'reference', constant: '', longest: 99_999 }],
    ['=NEW', { field: null, constant: 'NEW', longest: 4 }],
    ['reference:0', null],
    ['reference:35 characters', null],
    ['the reference', null],
    ['shipTo', null],
  ])('has a column %j or refuses it', (text, expected) => {
    expect(parseColumn(text)).toEqual(expected);
  });
});

describe('the goods of an order', () => {
  const goodsOf = (...lines: Array<[sku: string, quantity: number]>) =>
    toGoods(
      toFileOrder(sampleOrder({ lines: lines.map(([sku, quantity]) => sampleLine({ sku, quantity })) })),
    );

  it('are the same in any order of its lines and in any case, and others in another product or quantity', () => {
    const goods = goodsOf(['CUP', 2], ['BOWL', 1]);
    expect(goodsOf(['BOWL', 1], ['cup', 2])).toBe(goods);
    expect(goodsOf(['CUP', 1], ['BOWL', 2])).not.toBe(goods);
    expect(goodsOf(['MUG', 2], ['BOWL', 1])).not.toBe(goods);
  });
});

describe('encodings', () => {
  it('write Windows-1252 without marks that it lacks, and count what it cannot hold', () => {
    const { bytes, replaced } = encode('Žiga €5 Győr 東京', 'windows-1252');
    expect(decode(bytes, { encoding: 'windows-1252', kind: 'csv' })).toBe('Žiga €5 Gyor ??');
    expect(replaced).toBe(2);
  });

  it.each([
    ['utf-8', Buffer.from('Gyű')],
    ['utf-8-bom', encode('Gyű', 'utf-8-bom').bytes],
    ['windows-1252', encode('Gyű', 'utf-8-bom').bytes],
    ['utf-8', Buffer.from('\uFEFFGyű', 'utf16le')],
  ] as const)('read %s, whatever a byte order mark says', (encoding, bytes) => {
    expect(decode(bytes, { encoding, kind: 'csv' })).toBe('Gyű');
  });

  it('are refused where the bytes are of another', () => {
    expect(decode(Buffer.from([0x4d, 0xfc]), { encoding: 'utf-8', kind: 'csv' })).toBeNull();
  });

  it.each([
    ['as it declares', '<?xml version="1.0" encoding="ISO-8859-1"?><A>é</A>', 'latin1'],
    ['as the settings say where it declares an unknown one', "<?xml encoding='x-own'?><A>é</A>", 'utf8'],
    ['as the settings say where it does not declare its own', '<?xml encoding="us-ascii2"?><A>é</A>', 'utf8'],
  ] as const)('of XML are read %s', (_, text, written) => {
    expect(decode(Buffer.from(text, written), { encoding: 'utf-8', kind: 'xml' })).toBe(text);
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
    ['2026-03-09T08:30+0200', 'yyyy-mm-dd', '2026-03-09T06:30:00.000Z'],
    ['2026-03-09T08:30:15.123Z', 'yyyy-mm-dd', '2026-03-09T08:30:15.000Z'],
    ['2026-03-09 083015,25 -0430', 'yyyy-mm-dd', '2026-03-09T13:00:15.000Z'],
    ['2026-03-09 08:30 o’clock', 'yyyy-mm-dd', null],
    ['2026-03-09 25:30', 'yyyy-mm-dd', null],
    ['2026-03-09T08:30-11:30', 'yyyy-mm-dd', '2026-03-09T20:00:00.000Z'],
    ['on 2026-03-09', 'yyyy-mm-dd', null],
    ['31/02/2026', 'dd/mm/yyyy', null],
    ['9/3/2026', 'yyyy-mm-dd', null],
    ['3/9/2026 8:30:15 AM', 'mm/dd/yyyy', '2026-03-09T08:30:15.000Z'],
    ['03/09/2026 12:30 a.m.', 'mm/dd/yyyy', '2026-03-09T00:30:00.000Z'],
    ['03/09/2026 12:30PM', 'mm/dd/yyyy', '2026-03-09T12:30:00.000Z'],
    ['20260309083015', 'yyyymmdd', '2026-03-09T08:30:15.000Z'],
    ['2026-03-09 08:30:15 UTC', 'yyyy-mm-dd', '2026-03-09T08:30:15.000Z'],
    ['2026-03-09T08:30:15.1234567+02', 'yyyy-mm-dd', '2026-03-09T06:30:15.000Z'],
    ['1773045015', 'yyyy-mm-dd', '2026-03-09T08:30:15.000Z'],
    ['1773045015123', 'dd/mm/yyyy', '2026-03-09T08:30:15.000Z'],
    ['2026030908', 'yyyymmdd', null],
    ['17730450151', 'yyyy-mm-dd', null],
    ['at 1773045015', 'yyyy-mm-dd', null],
    ['soon', 'yyyy-mm-dd', null],
    ['', 'yyyy-mm-dd', null],
  ] as const)('the time %j in the form %s is %s', (text, form, expected) => {
    expect(parseTime(text, form)).toBe(expected);
  });

  it.each([
    ['1,234.5', '.', 1234.5],
    ['1.234,5', ',', 1234.5],
    ['-3', '.', -3],
    ['.25', '.', 0.25],
    ['+12.75', '.', 12.75],
    ['5.', '.', 5],
    ['.', '.', null],
    ['5 pcs', '.', null],
    ['x5', '.', null],
    ['1e3', '.', null],
    ['', '.', null],
    ['two', ',', null],
    ['1,5', '.', null],
    ['1.5', ',', null],
    ['0,000', '.', null],
    ['1,00,000', '.', null],
    ['1.000', '.', 1],
    ['1.000', ',', 1000],
    ['1 234 567,5', ',', 1_234_567.5],
    ['5-', '.', -5],
    ['-5-', '.', null],
  ] as const)('the number %j with the mark %s is %s', (text, mark, expected) => {
    expect(parseNumber(text, mark)).toBe(expected);
  });

  it.each(['', '0000-00-00', '00/00/0000 00:00:00'])('%j is no time, which is no mistake', (text) => {
    expect(parseOptionalTime(text, 'yyyy-mm-dd')).toBe('');
    expect(parseOptionalTime(`${text}x`, 'yyyy-mm-dd')).toBeNull();
  });

  it.each([
    ['8.01235E+11', true],
    ['9,40011E+21', true],
    ['1E+05', true],
    ['219E01', false],
    ['MUG-1E+05', false],
    ['1E+05-MUG', false],
    ['801235000000', false],
  ])('%s was shortened by a spreadsheet: %s', (text, is) => {
    expect(isShortened(text)).toBe(is);
  });
});
