import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedDocuments } from './documents.ts';

/**
 * `npm run docs` writes the documents that the code knows. With `--check` it writes nothing, and exits with 1 where one of
 * them is stale.
 */
const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(await generatedDocuments())) {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (isCheck) process.exitCode = 1;
  else writeFileSync(path, text);
  console.error(isCheck ? `docs/${name} is stale. Run: npm run docs` : `docs/${name} was written.`);
}
