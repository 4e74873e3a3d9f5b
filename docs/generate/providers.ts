import { existsSync } from 'node:fs';
import {
  CAPABILITIES,
  type Capability,
  type ProviderDefinition,
} from '../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../lib/providers/registry.ts';
import { generatedFrom, page, table } from './markdown.ts';

const definitions: readonly ProviderDefinition[] = PROVIDERS;

/** `docs/providers.md`: what can be done with each provider. */
export function providersPage(): string {
  const capabilities = Object.entries(CAPABILITIES).map(([capability, meaning]) => [
    meaning,
    ...definitions.map((definition) => (can(definition, capability) ? 'yes' : '')),
  ]);
  return page(
    '# Providers',
    generatedFrom('the definition of each provider in `lib/providers`'),
    'Orders and shipments work with each of them. What else does depends on the service; where it cannot do something, the order says so. [adding-a-provider.md](adding-a-provider.md) tells how to add one.',
    table(['', ...definitions.map(toTitle)], [...capabilities, toLinks()]),
    'Where there is no link, the service is not known to have an address for an order. ShipStation documents none: the link is to its search by number.',
    '## Limits',
    ...definitions.map(({ title, limits }) => `**${title}**: ${limits.join('; ')}.`),
  );
}

function toLinks(): string[] {
  const links = definitions.map(({ getOrderUrl }) => (getOrderUrl === undefined ? '' : 'yes'));
  return ['link from an order’s page to the order there', ...links];
}

function can({ capabilities }: ProviderDefinition, capability: string): boolean {
  return capabilities.some((one: Capability) => one === capability);
}

/** With a link to the provider's own page, where it has one. */
function toTitle({ id, title }: ProviderDefinition): string {
  return existsSync(`docs/providers/${id}.md`) ? `[${title}](providers/${id}.md)` : title;
}
