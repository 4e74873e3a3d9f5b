import { findUnprintable } from 'dear-sandbox/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderReference } from '../../lib/domain/order/new-order.ts';
import {
  cutText,
  enumerate,
  equalInConstantTime,
  fewRemarks,
  foldText,
  oneLine,
  onlyVisible,
  printable,
  printableJson,
  withoutByteOrderMark,
} from '../../lib/domain/text.ts';

const anyText = fc.string({ unit: 'binary' });
/** Also halves of a character, which `fc.string` never makes. */
const brokenText = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((units) => String.fromCharCode(...units));
const FAMILY = '👨‍👩‍👧‍👦';

describe('cutText', () => {
  it.each([
    ['🎁🎁', 3, '🎁'],
    [`Gift ${FAMILY}`, 10, 'Gift '],
    [`Gift ${FAMILY}`, 16, `Gift ${FAMILY}`],
    ['🇫🇷🇩🇪', 6, '🇫🇷'],
    ['Köln', 3, 'Köl'],
    ['Ko\u0308ln', 2, 'K'],
    ['Ko\u0308ln', 3, 'Ko\u0308'],
    ['नमस्ते', 3, 'नम'],
    ['👍🏽!', 3, ''],
    ['plain', 5, 'plain'],
    ['plain', 0, ''],
  ])('cuts %j to %i units: %j', (text, longest, cut) => {
    expect(cutText(text, longest)).toBe(cut);
  });

  it('ends with its mark within the length', () => {
    expect(cutText('🎁🎁🎁', 5, '…')).toBe('🎁🎁…');
    expect(cutText('🎁🎁', 4, '…')).toBe('🎁🎁');
  });

  it('returns the longest beginning of the text in whole characters', () => {
    const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const texts = fc.oneof(
      anyText,
      fc.array(fc.constantFrom(FAMILY, 'e\u0301', '🇫🇷', 'a', '👍🏽')).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, fc.nat(40), (text, longest) => {
        const cut = cutText(text, longest);
        const whole = [...characters.segment(text)].map(({ segment }) => segment);
        const kept = [...characters.segment(cut)].length;
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(longest);
        expect(whole.slice(0, kept).join('')).toBe(cut);
        expect(cut.length + (whole[kept]?.length ?? Number.POSITIVE_INFINITY)).toBeGreaterThan(longest);
      }),
    );
  });
});

describe('a long list', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `L${index + 1}`);
  const TEN = 'L1, L2, L3, L4, L5, L6, L7, L8, L9, L10';

  it.each([
    [0, ''],
    [1, 'L1'],
    [10, TEN],
    [11, `${TEN} and 1 more`],
    [3_000, `${TEN} and 2990 more`],
  ])('of %i names is written as %j', (count, text) => {
    expect(enumerate(names(count))).toBe(text);
  });

  it('of remarks ends with how many are left out', () => {
    expect(fewRemarks(names(10))).toEqual(names(10));
    expect(fewRemarks(names(12))).toEqual([...names(10), '2 more lines are left out as well.']);
  });
});

describe('foldText', () => {
  it.each([
    ['STRAßE', 'strasse'],
    ['ISPARTA ılıca İzmir', 'isparta ilica izmir'],
    ['Øster Łódź Đakovo', 'oster lodz dakovo'],
    ['Þingvellir Æble Œuvre Hafnarfjörður', 'thingvellir aeble oeuvre hafnarfjordur'],
    ['E\u0301cole', 'école'.normalize('NFD').replace('\u0301', '')],
    ['が', 'が'.normalize('NFKD')],
  ])('of %j is %j', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });
});

describe('equalInConstantTime', () => {
  it('compares texts of any lengths', () => {
    expect(equalInConstantTime('secret', 'secret')).toBe(true);
    for (const other of ['', 'Secret', 'secret ', 'secre'])
      expect(equalInConstantTime('secret', other)).toBe(false);
  });
});

describe('a file that an editor of Windows saved', () => {
  it('is read without the byte order mark at its beginning', () => {
    expect(withoutByteOrderMark('\ufeff{"apiKey":"a"}')).toBe('{"apiKey":"a"}');
    expect(withoutByteOrderMark('{"mark":"\ufeff"}')).toBe('{"mark":"\ufeff"}');
  });
});

describe('printable texts', () => {
  it.each([
    ['a\u0000b\u0007c\u001bd', 'abcd'],
    ['a\u0080b\u009fc\u007f', 'abc'],
    ['one\r\ntwo\rthree\u2028four\u0085five', 'one\ntwo\nthree\nfour\nfive'],
    ['tab\tstays', 'tab\tstays'],
    ['half \ud83d and half \udc81', 'half  and half '],
    ['\ufeffbom \ufffe\uffff\u{1ffff}', 'bom '],
    ['a\u202egnp.exe\u2066b\u2069', 'agnp.exeb'],
    [`${FAMILY} می‌خواهم a\u200eb`, `${FAMILY} می‌خواهم a\u200eb`],
  ])('%j is %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it.each(['\u200b', '\u2060', '\u00ad', '\u180e', '\u2062', '\ufeff'])(
    'have no invisible %j in a name, an e-mail, a phone or a postcode',
    (invisible) => {
      for (const text of ['Ann Lee', 'ann@quillthread.example', '+1 555 0100', 'SW1A 1AA']) {
        const copied = `${invisible}${text.slice(0, 2)}${invisible}${text.slice(2)}${invisible}`;
        expect([oneLine(copied), onlyVisible(copied)]).toEqual([text, text]);
      }
    },
  );

  it('keep joiners in names, but not in an e-mail, a phone or a postcode', () => {
    expect(oneLine(`${FAMILY} می‌خواهم`)).toBe(`${FAMILY} می‌خواهم`);
    expect(onlyVisible('ann\u200d@quill\u200cthread\u200e.example\u202c')).toBe('ann@quillthread.example');
    expect(onlyVisible(' \u200b\u200e ')).toBe('');
  });

  it('have nothing that XML refuses, and are not changed by cleaning them again', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, brokenText), (text) => {
        const clean = printable(text);
        expect(findUnprintable(clean)).toBeNull();
        expect(clean.isWellFormed()).toBe(true);
        expect(printable(clean)).toBe(clean);
        expect(oneLine(text)).not.toMatch(/[\r\n\t]|^\s|\s$/);
      }),
    );
  });

  it('are every text of a body, at any depth', () => {
    fc.assert(
      fc.property(
        fc.anything({ key: fc.string(), values: [brokenText, fc.integer(), fc.constant(null)] }),
        (body) => {
          fc.pre(body !== undefined);
          expect(findUnprintable(JSON.parse(printableJson(body)))).toBeNull();
        },
      ),
    );
  });
});

describe('orderReference', () => {
  it.each([
    ['SO-00042', 1, 'SO-00042-1'],
    [' SO-7\n', 2, 'SO-7-2'],
    ['🎁-7', 2, '🎁-7-2'],
    ['a'.repeat(48), 1, `${'a'.repeat(48)}-1`],
  ])('is for %j at place %i: %j', (number, place, reference) => {
    expect(orderReference(number, place)).toBe(reference);
  });

  it('has at most 50 bytes and begins like its sale’s number', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.string({ minLength: 40, maxLength: 256 })),
        fc.integer({ min: 1, max: 999 }),
        (number, place) => {
          const reference = orderReference(number, place);
          expect(Buffer.byteLength(reference)).toBeLessThanOrEqual(50);
          expect(reference.endsWith(`-${place}`)).toBe(true);
          expect(orderReference(number, place)).toBe(reference);
          expect(findUnprintable(reference)).toBeNull();
        },
      ),
    );
  });

  it('differs for two long numbers with the same beginning, and for the places of one', () => {
    const number = `WEB/2026/${'0'.repeat(60)}`;
    const all = [`${number}1`, `${number}2`].flatMap((sale) =>
      [1, 2, 10].map((place) => orderReference(sale, place)),
    );
    expect(new Set(all).size).toBe(6);
    expect(all[0]).toMatch(/^WEB\/2026\/0+~[0-9a-f]{16}-1$/);
  });
});
