import { fileURLToPath } from 'node:url';

/**
 * Replaces this process by `start.ts` or `demo.ts` with options that must be set before a process starts. Without them
 * glibc's arenas, up to eight for each processor, take 100 MB more and V8's young generation 60 MB.
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
