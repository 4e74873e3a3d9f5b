import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../lib/providers/files/csv.ts';
import { toFileOrder } from '../../../lib/providers/files/fields.ts';
import { getFormat } from '../../../lib/providers/files/format.ts';
import { sampleOrder } from '../../contract/sample-order.ts';

const FORMAT = getFormat({ format: {} }, {});

describe('the format of a file', () => {
  it('is that of RFC 4180 in UTF-8 with dates of ISO 8601 where the settings say nothing', () => {
    expect(FORMAT).toEqual({
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
    });
  });

  it('is its own, and else that of all files', () => {
    const ofAll = { format: { delimiter: ';', decimalMark: ',' as const } };
    const own = { format: { delimiter: undefined, decimalMark: '.' as const } };
    expect(getFormat(ofAll, own)).toMatchObject({ delimiter: ';', decimalMark: '.' });
  });
});

describe('a text in Excel’s form of one that looks like a number', () => {
  it.each([
    ['blanks within it', '"="" A """', 'A'],
    ['another text before it', 'x="A"', 'x="A"'],
    ['another text behind it', '="A"x', '="A"x'],
  ])('is read with %s', (_, cell, text) => {
    const { rows } = readCsv(`sku,qty\n${cell},1\n`, { required: ['sku', 'qty'], only: {} }, FORMAT);
    expect(rows.map(({ get }) => get('sku'))).toEqual([text]);
  });
});

it('A file without a header that holds nothing has no rows and no problems', () => {
  const table = readCsv('\n', { required: ['1'], only: {} }, { ...FORMAT, header: false });
  expect(table).toEqual({ rows: [], problems: [] });
});

it('An order says whether it is a gift', () => {
  const texts = [true, false].map((gift) => toFileOrder(sampleOrder({ gift })).fields.isGift);
  expect(texts).toEqual(['Y', 'N']);
});
