import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type BundledFunction, bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import { SETTINGS } from './synthesised-bridge.ts';

// In the project, so that the entries find its libraries.
const root = mkdtempSync(join(import.meta.dirname, '.bundles-'));
const entriesDirectory = join(root, 'functions');
const outdir = join(root, 'out');
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  rmSync(entriesDirectory, { recursive: true, force: true });
  mkdirSync(entriesDirectory);
});

function write(name: string, source: string): void {
  writeFileSync(join(entriesDirectory, `${name}.ts`), source);
}

function bundle(names: readonly string[], more = {}): Promise<BundledFunction[]> {
  return bundleFunctions({ entriesDirectory, names, outdir, settings: SETTINGS, ...more });
}

/** Classes that everything shares, or a module on demand that makes an error of them. */
function toSource(name: string): string {
  if (name === 'broken') return 'export class Broken extends Error {}';
  if (name === 'odd') return 'export class Odd {}';
  return "import { Broken } from './broken.ts';\nimport { Odd } from './odd.ts';\nexport const fail = () => new Broken('x', { cause: new Odd() });";
}

/** Runs a bundled function in a process of its own, in its own directory, as Lambda does. */
function call(name: string, nodeOptions = ''): string {
  const script =
    "const { handler } = await import('./index.mjs'); process.stdout.write(String(await handler()))";
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(outdir, name),
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  });
}

describe('a bundled function', () => {
  it('runs from its own directory, and reports where that is and how large', async () => {
    write('first', "export const handler = async (): Promise<string> => 'one';");
    write('second', "export const handler = async (): Promise<string> => 'two';");
    const bundles = await bundle(['first', 'second']);
    expect(bundles).toEqual(
      ['first', 'second'].map((name) => ({
        name,
        directory: join(outdir, name),
        bytes: readFileSync(join(outdir, name, 'index.mjs')).length,
      })),
    );
    expect([call('first'), call('second')]).toEqual(['one', 'two']);
  });

  it('holds libraries that were written for CommonJS', async () => {
    writeFileSync(
      join(entriesDirectory, 'legacy.cjs'),
      "exports.separator = require('node:path').posix.sep;",
    );
    write(
      'modern',
      "import { separator } from './legacy.cjs';\nimport * as z from 'zod';\nexport const handler = () => z.string().parse(separator);",
    );
    await bundle(['modern']);
    expect(call('modern')).toBe('/');
  });

  it('keeps what is imported dynamically in a file that is read only when it is needed', async () => {
    writeFileSync(join(entriesDirectory, 'rare.ts'), "export const word = 'seldom needed';");
    write('lazy', "export const handler = async () => (await import('./rare.ts')).word;");
    await bundle(['lazy']);
    expect(readFileSync(join(outdir, 'lazy', 'index.mjs'), 'utf8')).not.toContain('seldom needed');
    expect(call('lazy')).toBe('seldom needed');
  });

  it('has one file for all that it imports at once, which what it imports on demand shares with it', async () => {
    const lazies = ['one', 'two', 'three'];
    for (const name of ['broken', 'odd', ...lazies])
      writeFileSync(join(entriesDirectory, `${name}.ts`), toSource(name));
    const calls = lazies.map((name) => `(await import('./${name}.ts')).fail()`).join(', ');
    write(
      'sharing',
      `import { Broken } from './broken.ts';\nimport { Odd } from './odd.ts';\nexport const handler = async () => [${calls}].map((error) => error instanceof Broken && error.cause instanceof Odd).join();`,
    );
    const [bundled] = await bundle(['sharing']);
    expect(call('sharing')).toBe('true,true,true');
    const code = readFileSync(join(bundled!.directory, 'index.mjs'), 'utf8');
    expect(code).not.toMatch(/from ?"\.|import ?"\./);
    const chunks = readdirSync(join(bundled!.directory, 'chunks')).filter((file) => file.endsWith('.mjs'));
    expect(chunks.filter((file) => /^(one|two|three)-/.test(file))).toHaveLength(3);
    const all = chunks.map((file) => readFileSync(join(bundled!.directory, 'chunks', file), 'utf8'));
    expect([code, ...all].filter((text) => text.includes('extends Error'))).toEqual([code]);
  });

  it('leaves out what only the set-up of a provider imports', async () => {
    write('set-up', "export const question = 'Which warehouse?';");
    const setUp = "export const setUp = () => import('./set-up.ts');";
    write('light', `export const handler = () => 'light';\n${setUp}`);
    const [bundled] = await bundle(['light']);
    expect(call('light')).toBe('light');
    expect(readdirSync(bundled!.directory).filter((file) => file.startsWith('chunks'))).toEqual([]);
  });

  it('brings the settings beside the code and not in it', async () => {
    write('plain', 'export const handler = () => 1;');
    await bundle(['plain']);
    const code = readFileSync(join(outdir, 'plain', 'index.mjs'), 'utf8');
    expect(JSON.parse(readFileSync(join(outdir, 'plain', 'settings.json'), 'utf8'))).toEqual(SETTINGS);
    await bundle(['plain'], { settings: { ...SETTINGS, personalDataDays: 7 } });
    expect(readFileSync(join(outdir, 'plain', 'index.mjs'), 'utf8')).toBe(code);
    expect(readFileSync(join(outdir, 'plain', 'settings.json'), 'utf8')).toContain('"personalDataDays":7');
  });

  it('names the line of the source where it fails', async () => {
    write(
      'failing',
      "// a line before it\nfunction explode(): never {\n  throw new Error('here');\n}\nexport const handler = () => {\n  try {\n    explode();\n  } catch (error) {\n    return (error as Error).stack;\n  }\n};",
    );
    await bundle(['failing']);
    expect(call('failing', '--enable-source-maps')).toMatch(/failing\.ts:3:\d+/);
  });

  it('has a source map of its own code, and of a library only the place where its code begins', async () => {
    write(
      'mapped',
      "import * as z from 'zod';\nfunction explode(): never {\n  throw new Error('here');\n}\nexport const handler = () => {\n  try {\n    return z.string().transform(explode).parse('');\n  } catch (error) {\n    return (error as Error).stack;\n  }\n};",
    );
    await bundle(['mapped']);
    const map = readFileSync(join(outdir, 'mapped', 'index.mjs.map'), 'utf8');
    expect(map.length).toBeLessThan(readFileSync(join(outdir, 'mapped', 'index.mjs')).length / 5);
    const stack = call('mapped', '--enable-source-maps');
    expect(stack).toMatch(/at .*mapped\.ts:3:\d+/);
    expect(stack).toMatch(/node_modules.zod.*core.schemas\.js/);
    expect(stack.match(/mapped\.ts/g)).toHaveLength(2);
  });

  it('leaves nothing of an earlier bundle behind', async () => {
    write('changing', "export const handler = async () => (await import('./old.ts')).word;");
    writeFileSync(join(entriesDirectory, 'old.ts'), "export const word = 'old';");
    await bundle(['changing']);
    expect(readdirSync(join(outdir, 'changing'))).toContain('chunks');
    write('changing', "export const handler = () => 'new';");
    await bundle(['changing']);
    expect(readdirSync(join(outdir, 'changing')).sort()).toEqual([
      'index.mjs',
      'index.mjs.map',
      'settings.json',
    ]);
  });
});

describe('a function that cannot be bundled', () => {
  it('is named where its source is missing', async () => {
    await expect(bundle(['absent'])).rejects.toThrow(/the function absent has no source: .*absent\.ts/);
  });

  it.each(['aws-cdk-lib', 'aws-cdk-lib/aws-sqs', 'constructs'])('may not import %s', async (library) => {
    write('heavy', `import * as library from '${library}';\nexport const handler = () => library;`);
    await expect(bundle(['heavy'])).rejects.toThrow(
      `${library} only runs when the stack is made; a function must not import it`,
    );
  });

  it('may take of the HTTP library what its calls need, and nothing else', async () => {
    write(
      'calling',
      "import { Pool } from 'undici';\nexport const handler = () => typeof new Pool('http://x.test').request;",
    );
    await bundle(['calling'], { maxBytes: 380 * 1024 });
    expect(call('calling')).toBe('function');
    write('heavy', "import { MockAgent } from 'undici';\nexport const handler = () => new MockAgent();");
    await expect(bundle(['heavy'])).rejects.toThrow('No matching export in "core:undici"');
  });

  it('may not be larger than stated', async () => {
    write('large', `export const handler = () => '${'x'.repeat(3000)}';`);
    await expect(bundle(['large'], { maxBytes: 2048 })).rejects.toThrow(
      'the function large has 4 KiB of code, at most 2 are allowed',
    );
    await expect(bundle(['large'], { maxBytes: 4096 })).resolves.toHaveLength(1);
  });
});
