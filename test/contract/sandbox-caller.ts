/** Calls the ShipStation sandbox as a warehouse's own software does, and throws for a refusal. */
export type SandboxCaller = <Answer = Record<string, never>>(
  method: string,
  path: string,
  body?: object,
) => Promise<Answer>;

export function sandboxCaller(url: string, apiKey: string): SandboxCaller {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { 'api-key': apiKey, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
}
