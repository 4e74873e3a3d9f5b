import type { FileFormat } from './format.ts';

/** What a file is written in, and how much of it the encoding could not hold. */
export interface EncodedText {
  readonly bytes: Buffer;
  /** Characters that were replaced by a question mark. */
  readonly replaced: number;
}

const BOM = '\uFEFF';

export function encode(text: string, encoding: FileFormat['encoding']): EncodedText {
  if (encoding === 'utf-8') return { bytes: Buffer.from(text), replaced: 0 };
  if (encoding === 'utf-8-bom') return { bytes: Buffer.from(`${BOM}${text}`), replaced: 0 };
  const codes = getCodes();
  const characters = [...text].flatMap((character) =>
    codes.has(character) ? [character] : withoutMarks(character, codes),
  );
  const bytes = characters.map((character) => codes.get(character) ?? 0x3f);
  return {
    bytes: Buffer.from(bytes),
    replaced: characters.filter((character) => !codes.has(character)).length,
  };
}

/** `ő` becomes `o`, which Windows-1252 has. */
function withoutMarks(character: string, codes: ReadonlyMap<string, number>): string[] {
  const plain = [...character.normalize('NFKD').replaceAll(/\p{M}/gu, '')];
  return plain.length > 0 && plain.every((one) => codes.has(one)) ? plain : [character];
}

let known: ReadonlyMap<string, number> | undefined;

function getCodes(): ReadonlyMap<string, number> {
  const all = Uint8Array.from({ length: 256 }, (_, code) => code);
  known ??= new Map(
    [...new TextDecoder('windows-1252').decode(all)].map((character, code) => [character, code]),
  );
  return known;
}

/**
 * A byte order mark outweighs what XML declares of itself, and both outweigh the settings. A declaration that is not true of the
 * bytes, as of a file that was converted on its way, counts for nothing.
 * @returns null where the bytes are not of the encoding
 */
export function decode(
  bytes: Uint8Array,
  { encoding, kind }: Pick<FileFormat, 'encoding' | 'kind'>,
): string | null {
  const own = encoding === 'windows-1252' ? 'windows-1252' : 'utf-8';
  const marked = getMarkedEncoding(bytes);
  if (marked !== null) return tryDecode(bytes, marked);
  const declared = kind === 'xml' ? getDeclaredEncoding(bytes) : null;
  return (declared === null ? null : tryDecode(bytes, declared)) ?? tryDecode(bytes, own);
}

/** @param name as people write it; null also where nothing has that name */
function tryDecode(bytes: Uint8Array, name: string): string | null {
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function getMarkedEncoding([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

const DECLARATION_BYTES = 200;

function getDeclaredEncoding(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1');
  return /^\s*<\?xml\s[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(start)?.[1] ?? null;
}
