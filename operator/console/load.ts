/**
 * Loads the console's code. Node strips types by itself but has no JSX, so tsx is registered while the pages are loaded, and
 * only then: it costs half a second and 70 MB.
 */
export async function loadConsole(): Promise<
  Pick<typeof import('./serve.ts'), 'serveConsole' | 'consoleListener'> &
    Pick<typeof import('./console-deps.ts'), 'consoleDeps'>
> {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  try {
    const [{ consoleDeps }, { serveConsole, consoleListener }] = await Promise.all([
      import('./console-deps.ts'),
      import('./serve.ts'),
    ]);
    return { consoleDeps, serveConsole, consoleListener };
  } finally {
    await unregister();
  }
}
