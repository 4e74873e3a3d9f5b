import type { Settings } from '../lib/settings/schema.ts';
import type { Host } from './host.ts';

/** What a person needs to know once everything runs, and the one command to try first. */
export async function formatBanner(host: Host, settings: Settings, seconds: number): Promise<string> {
  const { urls } = host;
  const addresses: ReadonlyArray<readonly [string, string | null]> = [
    ['Console', urls.console],
    ['Webhooks', urls.api],
    [urls.dearScreens === null ? 'DEAR' : 'DEAR (sandbox)', urls.dear],
    ...Object.entries(urls.shipStations).map(([id, url]) => [`${id} (sandbox)`, url] as const),
    ['SQS', urls.sqs],
    ['DynamoDB', urls.dynamoDb],
    ['Secrets Manager', urls.secretsManager],
  ];
  const width = Math.max(...addresses.map(([name]) => name.length)) + 2;
  const lines = addresses.map(([name, url]) => `  ${name.padEnd(width)}${url}`);
  return [
    `${host.stackName} runs; it started in ${seconds.toFixed(1)} s. Press Ctrl-C to stop it.`,
    '',
    ...lines,
    ...(await leftOver(host)),
    ...invitation(host, settings),
    '',
  ].join('\n');
}

/** Messages that the last run left hidden come back by themselves, as in AWS; unsaid, that looks like nothing happening. */
async function leftOver(host: Host): Promise<string[]> {
  const lines = Object.entries(await host.depths()).flatMap(([name, { hidden, dead }]) => {
    const minutes = Math.ceil((host.queues[name]?.visibilityTimeoutSeconds ?? 0) / 60);
    const back = `they come back by themselves, from work within ${minutes} min`;
    return [
      ...(hidden === 0 ? [] : [`  ${name}: in work or deferred when the last run ended: ${hidden}; ${back}`]),
      ...(dead === 0 ? [] : [`  ${name}: in the dead-letter queue: ${dead}`]),
    ];
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

/** A product that the sandbox begins with. */
const SKU = 'TRL-MUG-350';

/** A sale in the sandbox, typed and authorised as a person would. */
function invitation({ urls, stackName }: Host, settings: Settings): string[] {
  if (urls.dearScreens === null) {
    return [
      '',
      `A real DEAR cannot call this machine. Forward its webhooks to ${urls.dearWebhook}, with the bearer token`,
      `that secrets.json holds as "${stackName}/webhook" → "current".`,
    ];
  }
  const connection = settings.connections.find(({ id }) => urls.shipStations[id] !== undefined);
  if (connection === undefined) return [];
  const sale = { location: connection.location, lines: [{ sku: SKU, quantity: 2 }], authorise: true };
  return [
    '',
    'Authorise a sale and watch it travel, here or in the console:',
    '',
    `  curl -sS ${urls.dearScreens}/sandbox/sales -H 'content-type: application/json' -d ${quoted(JSON.stringify(sale))}`,
  ];
}

/** For a shell: a location may have an apostrophe. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
