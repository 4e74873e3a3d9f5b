import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSamePostcode,
  isSameStreet,
  missingParts,
  type PostalAddress,
  tidyAddress,
  whyNotAddressable,
} from '../../../lib/domain/address/address.ts';
import { countryCodes, countryName, requiredParts } from '../../../lib/domain/address/country.ts';
import { sale } from '../../builders/sale.ts';

const nothing: PostalAddress = {
  line1: '',
  line2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
  displayLine1: '',
  displayLine2: '',
};
const at = (country: string, parts: Partial<PostalAddress> = {}): PostalAddress => ({
  ...nothing,
  line1: '1 Harbour Road',
  country,
  ...parts,
});
const PLACEHOLDERS = [
  '',
  ' ',
  '-',
  '--',
  '.',
  '?',
  '*',
  'N/A',
  'n/a',
  'n.a.',
  'N. A',
  'NA',
  'none',
  'None',
  'null',
  'x',
  'XXX',
  'TBC',
];

describe('missingParts', () => {
  it.each<[why: string, address: PostalAddress]>([
    ['Hong Kong, by its district', at('HK', { city: 'Kowloon' })],
    ['Hong Kong, by its area alone', at('HK', { state: 'Kowloon' })],
    ['the Emirates, without a postcode', at('AE', { city: 'Dubai' })],
    ['the Emirates, with fillers', at('AE', { city: 'Dubai', state: '-', postcode: '00000' })],
    ['Ireland, without an Eircode', at('IE', { city: 'Cork', state: 'N/A', postcode: '-' })],
    ['Singapore, without a city', at('SG', { postcode: '018956' })],
    ['Macao, by a street alone', at('MO')],
    ['Germany, without a state', at('DE', { city: 'Berlin', postcode: '10115' })],
    ['Italy, without a province', at('IT', { city: 'Roma', postcode: '00184' })],
    ['Italy, in the town None', at('IT', { city: 'None', state: 'TO', postcode: '10060' })],
    ['Japan, by its prefecture', at('JP', { state: 'Tokyo', postcode: '100-0001' })],
    ['Qatar, without a postcode', at('QA', { city: 'Doha' })],
    ['the US, whose ZIP code tells the state', at('US', { city: 'Denver', postcode: '80202' })],
    ['the US, by the name of its state', at('US', { city: 'Denver', state: 'colorado', postcode: '80202' })],
    [
      'Canada, by the French name of a province',
      at('CA', { city: 'Laval', state: 'Québec', postcode: 'H7A 1A1' }),
    ],
  ])('finds nothing missing in %s', (_, address) => {
    expect(whyNotAddressable(address)).toBeNull();
  });

  it.each<[lacks: string, address: PostalAddress]>([
    ['street', at('HK', { line1: '-', city: 'Kowloon' })],
    ['city', at('AE')],
    ['city', at('HK', { postcode: '999077' })],
    ['postcode', at('DE', { city: 'Berlin', postcode: '-' })],
    ['postcode', at('GB', { city: 'Leeds', postcode: '00000' })],
    ['city, postcode', at('FR', { city: 'n/a', state: 'IDF' })],
    ['state', at('AU', { city: 'Canberra', postcode: '2620' })],
    ['state, postcode', at('US', { city: 'Austin' })],
    ['country', at('', { city: 'Lyon' })],
    ['street, city, country', nothing],
  ])('finds the missing %s', (lacks, address) => {
    expect(whyNotAddressable(address)).toBe(`The delivery address lacks: ${lacks}.`);
  });

  it('requires a street in every country, and a city or postcode only where its addresses have them', () => {
    for (const code of countryCodes()) {
      const required = requiredParts(code);
      const missing = missingParts({ ...nothing, country: code });
      expect([code, missing.includes('street')]).toEqual([code, true]);
      expect([code, missing.includes('city')]).toEqual([code, required.has('C') || required.has('S')]);
      expect([code, missing.includes('postcode')]).toEqual([code, required.has('Z')]);
      expect([code, missing.includes('state')]).toEqual([code, ['US', 'CA', 'AU'].includes(code)]);
    }
  });

  it.each(PLACEHOLDERS)('treats the filler %j as missing', (filler) => {
    expect(missingParts(at('DE', { line1: filler, city: filler, postcode: filler }))).toEqual([
      'street',
      'city',
      'postcode',
    ]);
  });

  it('rejects a state of another country unless the postcode determines it', () => {
    const misspelt = at('US', { city: 'Denver', state: 'Colorrado', postcode: '80202' });
    expect(whyNotAddressable(misspelt)).toBeNull();
    expect(whyNotAddressable({ ...misspelt, postcode: '80202-1234' })).toBeNull();
    // Without its first zero it would begin as one of Louisiana.
    expect(whyNotAddressable({ ...misspelt, postcode: '7030' })).toContain('not one that we know');
    expect(whyNotAddressable({ ...misspelt, postcode: '00000' })).toContain('lacks: postcode');
    expect(whyNotAddressable({ ...misspelt, postcode: '06390' })).toContain(
      'state of the delivery address is not one that we know',
    );
  });

  it('mentions display lines only if they show what the fields lack', () => {
    const shown = { displayLine1: '1 Harbour Road', displayLine2: 'Berlin 10115 Germany' };
    expect(whyNotAddressable({ ...nothing, ...shown })).toContain(
      'DEAR shows an address, but its separate fields are empty.',
    );
    expect(whyNotAddressable(at('DE', { ...shown, line1: '', city: 'Berlin' }))).toBe(
      'The delivery address lacks: street, postcode. DEAR shows a street, but its separate field is empty.',
    );
    expect(whyNotAddressable(at('DE', { ...shown, city: 'Berlin' }))).toBe(
      'The delivery address lacks: postcode.',
    );
  });
});

describe('isSameStreet', () => {
  it.each([
    ['12 Orchard Mews', '12, orchard mews.', true],
    ['Hauptstr. 5', 'Hauptstraße 5', true],
    ['Dorpstraat 5', 'Dorpstr 5', true],
    ['Marktplatz 2', 'Marktpl. 2', true],
    ['Strongway 1', 'Stongway 1', false],
    ['1 Harbour Parkway', '1 Harbour Pkwy', true],
    ['1 Harbour Way', '1 Harbour Wy', true],
    ['5 Northwest Boulevard', '5 NW Blvd', true],
    ['1 23 Elm Road', '12 3 Elm Road', false],
    ['1 Harbour Road', '2 Harbour Road', false],
    ['', '', true],
    ['', '1 Harbour Road', false],
  ])('of %j and %j: %j', (one, other, isSame) => {
    expect(isSameStreet(one, other)).toBe(isSame);
    expect(isSameStreet(other, one)).toBe(isSame);
  });
});

describe('a word of a street', () => {
  it.each(
    [
      ['Street', 'St', 'Str.'],
      ['Road', 'Rd'],
      ['Avenue', 'Ave', 'Av.', 'Avda.', 'Avenida'],
      ['Boulevard', 'Blvd', 'Bd'],
      ['Drive', 'Dr'],
      ['Lane', 'Ln'],
      ['Court', 'Ct'],
      ['Place', 'Pl', 'Plaza'],
      ['Square', 'Sq'],
      ['Terrace', 'Ter', 'Terr'],
      ['Crescent', 'Cres'],
      ['Highway', 'Hwy'],
      ['Circle', 'Cir'],
      ['Close', 'Cl'],
      ['Gardens', 'Gdns'],
      ['Trail', 'Trl'],
      ['Calle', 'C/', 'C.'],
      ['Rue', 'R.', 'Rua'],
      ['Mount', 'Mt'],
      ['Fort', 'Ft'],
      ['Floor', 'Fl', 'Flr'],
      ['Building', 'Bldg'],
      ...[
        ['South', 'S'],
        ['East', 'E'],
        ['West', 'W'],
        ['Northeast', 'NE'],
        ['Southeast', 'SE'],
        ['Southwest', 'SW'],
      ],
    ].flatMap(([word = '', ...others]) => others.map((other) => [word, other] as const)),
  )('%s is the same as %s, and no other word is', (word, other) => {
    expect(isSameStreet(`5 ${word} Maple`, `5 ${other} Maple`)).toBe(true);
    expect(isSameStreet(`5 ${word} Maple`, '5 Old Maple')).toBe(false);
  });
});

describe('isSamePostcode', () => {
  it.each([
    ['LS1 4AP', 'ls14ap', true],
    ['114 55', '11455', true],
    ['1015 CJ', '1015CJ', true],
    ['78701-1234', '78701', true],
    ['100-0001', '1000001', true],
    ['78701', '78702', false],
    ['', '78701', false],
  ])('of %j and %j: %j', (one, other, isSame) => {
    expect(isSamePostcode(one, other)).toBe(isSame);
    expect(isSamePostcode(other, one)).toBe(isSame);
  });
});

describe('tidyAddress', () => {
  it('takes zeros for a filler of a postcode alone, and keeps a country that is not known', () => {
    const tidy = tidyAddress(
      at(' Atlantis ', { line1: '00-00', line2: '0', city: '000', postcode: '00-00' }),
    );
    expect(tidy).toMatchObject({
      line1: '00-00',
      line2: '0',
      city: '000',
      postcode: '',
      country: 'Atlantis',
    });
  });

  it('keeps every meaningful part, however short', () => {
    const short = { line1: '1 A', line2: 'X', city: 'Y', state: 'SO', postcode: '80190', country: 'FR' };
    const people = { company: 'X', contact: 'Na', displayLine1: '', displayLine2: '' };
    expect(tidyAddress({ ...short, ...people })).toEqual({ ...short, ...people });
    expect(tidyAddress(at('IT', { state: 'NA' })).state).toBe('NA');
    expect(tidyAddress(at('DE', { state: 'NA' })).state).toBe('');
    expect(tidyAddress(at('Namibia')).country).toBe('NA');
  });

  it('is idempotent', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...PLACEHOLDERS, 'GB', 'France'));
    const addresses = fc
      .tuple(text, text, text, text, text, text)
      .map(([line1, line2, city, state, postcode, country]) => ({
        ...nothing,
        line1,
        line2,
        city,
        state,
        postcode,
        country,
      }));
    fc.assert(
      fc.property(addresses, (address) => {
        const tidy = tidyAddress(address);
        expect(tidyAddress(tidy)).toEqual(tidy);
      }),
    );
  });
});

describe('display lines', () => {
  const berlin = at('DE', { city: 'Köln', postcode: '50667' });
  const austin = sale().shippingAddress;

  it.each<[why: string, fields: Partial<PostalAddress>, line1: string, line2?: string]>([
    ['in another Unicode form', { line1: 'Kölner Straße 5' }, 'Ko\u0308lner Straße 5', 'Ko\u0308ln 50667'],
    ['in capitals without an ß', { line1: 'Kölner Straße 5' }, 'KÖLNER STRASSE 5', 'KÖLN 50667'],
    ['without marks', { line1: 'Kölner Straße 5' }, 'Kolner Strasse 5', 'Koln, 50667'],
    ['with an umlaut as two letters', { line1: 'Müllerweg 5' }, 'Muellerweg 5', 'Koeln 50667'],
    ['with an abbreviated Straße', { line1: 'Hauptstraße 5' }, 'Hauptstr. 5', 'Köln 50667'],
    ['with a Straße apart', { line1: 'Hauptstr. 5' }, 'Haupt Straße 5', 'Köln 50667'],
    [
      'with a dotted capital I',
      { line1: 'İstiklal Caddesi 5', city: 'İzmir' },
      'istiklal caddesi 5',
      'IZMIR 50667',
    ],
    [
      'with a dotless i',
      { line1: 'Ihlamur Yolu 5', city: 'Diyarbakır' },
      'IHLAMUR YOLU 5',
      'DIYARBAKIR 50667',
    ],
    ['with other strokes', { line1: 'Øster Allé 5', city: 'Łódź' }, 'Oster Alle 5', 'Lodz 50667'],
    ['with the letter apart from its number', { line1: '12a High Street' }, '12 A High St.', 'Köln 50667'],
    ['with St for Street', { line1: '5 Main Street' }, '5 Main St', 'Köln 50667'],
    ['with Rd for Road', { line1: '5 Mill Road' }, '5 MILL RD.', 'Köln 50667'],
    [
      'with Ave for Avenue',
      { line1: '5 Fifth Avenue', line2: 'Apt 3' },
      '5 Fifth Ave, Apartment 3',
      'Köln 50667',
    ],
    ['with # for a unit', { line1: '5 Oak Lane', line2: 'Unit 3' }, '5 Oak Ln #3', 'Köln 50667'],
    ['with N for North', { line1: '5 North Mill Blvd' }, '5 N Mill Boulevard', 'Köln 50667'],
    [
      'with Saint written out',
      { line1: '5 St Ann Close', city: 'St. Louis' },
      '5 Saint Ann Cl',
      'Saint Louis 50667',
    ],
    [
      'with a postcode in one word',
      { city: 'Leeds', postcode: 'LS1 4AP' },
      '1 Harbour Rd',
      'Leeds ls14ap England',
    ],
    ['with the ZIP code’s first half', { postcode: '78701-1234' }, '1 Harbour Rd', 'Köln 78701'],
    ['with the ZIP code’s second half', { postcode: '78701' }, '1 Harbour Rd', 'Köln 78701-1234'],
    ['with n/a at the beginning of a word', { line1: 'N/aı Yolu 5' }, 'N/AI YOLU 5', 'Köln 50667'],
    ['with a filler before a comma', { line2: 'N/A' }, '1 Harbour Road N/A, ', 'Köln 50667'],
    ['with fillers of the form', { line2: 'N/A', state: '-' }, '1 Harbour Road N/A', 'Köln - 50667'],
  ])('agree with the fields %s', (_, fields, displayLine1, displayLine2 = '') => {
    expect(whyNotAddressable({ ...berlin, ...fields, displayLine1, displayLine2 })).toBeNull();
  });

  it.each<[part: string, change: Partial<PostalAddress>]>([
    ['street', { line1: 'かき通り 5', line2: '', displayLine1: 'がき通り 5' }],
    ['street', { displayLine1: '14 Orchard Mews Flat 3' }],
    ['street', { displayLine1: '1 2 Orchard Mews Flat 3' }],
    ['street', { displayLine1: '12 Orchard Mews Flat 33' }],
    ['street', { displayLine1: '12 Orchard Mews' }],
    ['street', { displayLine1: '12 Orchard Road Flat 3' }],
    ['street', { line1: 'Flat 1, 2 Mill Road', line2: '', displayLine1: 'Flat 12 Mill Road' }],
    ['city', { displayLine2: 'Dallas TX 78701 United States' }],
    ['postcode', { displayLine2: 'Austin TX 78702 United States' }],
    ['postcode', { displayLine2: 'Austin TX 787011 United States' }],
    ['street, city, postcode', { displayLine1: '9 Elm', displayLine2: 'Waco TX 76701' }],
  ])('contradict the fields with another %s', (part, change) => {
    expect(whyNotAddressable({ ...austin, ...change })).toBe(
      `The delivery address that DEAR shows and its separate fields disagree in: ${part}.`,
    );
  });

  it('never contradict the fields that DEAR joined them from, in any country', () => {
    const text = fc.stringMatching(/^[A-Za-zÀ-ž0-9ßıİ .,'/#-]{1,20}$/);
    const fields = fc.record({ line1: text, line2: text, city: text, state: text, postcode: text });
    fc.assert(
      fc.property(fields, fc.constantFrom(...countryCodes()), (parts, country) => {
        const displayLine1 = [parts.line1, parts.line2].join(' ').toUpperCase();
        const place = [parts.city, parts.state, parts.postcode, countryName(country)];
        const address = {
          ...nothing,
          ...parts,
          country,
          displayLine1,
          displayLine2: place.join(' ').normalize('NFD'),
        };
        expect(whyNotAddressable(address) ?? '').not.toContain('disagree');
      }),
      { numRuns: 500 },
    );
  });
});
