/** Calls a sandbox as a warehouse's own software does, and throws for a refusal. */
export type SandboxCaller = <Answer = void>(method: string, path: string, body?: object) => Promise<Answer>;

/** @param url paths are relative to it */
export function sandboxCaller(
  url: string,
  credentials: Readonly<Record<string, string>> = {},
): SandboxCaller {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...credentials, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
}
