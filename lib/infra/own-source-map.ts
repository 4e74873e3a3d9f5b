import { readFile, writeFile } from 'node:fs/promises';
import { decode, encode, type SourceMapMappings, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import * as z from 'zod';

const sourceMap = z.looseObject({ sources: z.array(z.string()), mappings: z.string() });
const LIBRARY = /(^|[\\/])node_modules[\\/]/;

/**
 * Keeps every place of this project's own code in a source map and, of each stretch of a library's code, only the first: a
 * library's frame in a stack trace names the right file and the line where that stretch begins.
 *
 * Node reads the whole map for the first stack trace that anything asks for, and undici asks for one whenever an idle
 * connection closes. With every place in the libraries that took each function 20 MB and 100 ms.
 * @param file the map, which is changed in place
 */
export async function mapOwnCode(file: string): Promise<void> {
  const { mappings, ...rest } = sourceMap.parse(JSON.parse(await readFile(file, 'utf8')));
  const isLibrary = rest.sources.map((source) => LIBRARY.test(source));
  const kept = withoutLibraryPlaces(decode(mappings), isLibrary);
  await writeFile(file, JSON.stringify({ ...rest, mappings: encode(kept) }));
}

function withoutLibraryPlaces(lines: SourceMapMappings, isLibrary: readonly boolean[]): SourceMapMappings {
  let before = -1;
  const isKept = ([, source = -1]: SourceMapSegment): boolean => {
    const isRest = source === before && isLibrary[source] === true;
    before = source;
    return !isRest;
  };
  return lines.map((line) => line.filter(isKept));
}
