/**
 * The console's code. Node strips types by itself and knows no JSX, so tsx is there while the pages are loaded, and only then:
 * it costs half a second and 70 MB.
 */
export async function loadConsole(): Promise<
  Pick<typeof import('./serve.ts'), 'serveConsole' | 'consoleListener'> &
    Pick<typeof import('./console-needs.ts'), 'consoleNeeds'>
> {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  try {
    const [{ consoleNeeds }, { serveConsole, consoleListener }] = await Promise.all([
      import('./console-needs.ts'),
      import('./serve.ts'),
    ]);
    return { consoleNeeds, serveConsole, consoleListener };
  } finally {
    await unregister();
  }
}
