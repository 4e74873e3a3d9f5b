import { fileURLToPath } from 'node:url';

/**
 * Starts `start.ts` or `demo.ts` with what has to be set before a process begins, in the same process. With glibc's arenas,
 * up to eight for each processor, its threads held 100 MB more; with V8's own limit for young objects the main thread did 60.
 */
const [name = 'start', ...parameters] = process.argv.slice(2);
const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
if (process.platform === 'win32') {
  process.argv = [process.execPath, file, ...parameters];
  await import(new URL(`./${name}.ts`, import.meta.url).href);
} else {
  const command = [process.execPath, '--max-semi-space-size=4', file, ...parameters];
  process.execve?.(process.execPath, command, { ...process.env, MALLOC_ARENA_MAX: '2' });
}
