import { tidyAddress } from '../address/address.ts';
import type { Connection, Rule } from '../connection.ts';
import { getProduct, sumAll } from '../decimal.ts';
import { cutText, enumerate } from '../text.ts';
import { type IsService, isProduct, matchesPattern } from './deliverable-lines.ts';
import { isSameName } from './location.ts';
import type { Sale } from './sale.ts';

/** The connection that ships goods of a location, and the rule that chose it. */
export interface Choice {
  readonly connection: Connection;
  /** A sentence without personal data; '' where the location has one connection and no rules. */
  readonly chosenBy: string;
}

/** By SKU; null where no rule fits, and each connection of the location has rules. */
export type Choose = (goods: { readonly productId: string; readonly sku: string }) => Choice | null;

/**
 * Which of a location's connections ships which SKU of the sale: the first, in the order of the settings, that has a fitting
 * rule; else the one without rules. The same sale and settings always give the same answer.
 * @param connections of one location, at least one
 * @param isService of any of them: services have no weight
 */
export function connectionChooser(
  sale: Sale,
  connections: readonly Connection[],
  isService: IsService,
): Choose {
  const fallback = connections.find(({ rules }) => rules.length === 0);
  const hasRules = connections.some(({ rules }) => rules.length > 0);
  if (!hasRules) return () => (fallback === undefined ? null : { connection: fallback, chosenBy: '' });
  const facts = toFacts(sale, isService);
  const rules = connections.flatMap((connection) =>
    connection.rules.flatMap((rule, index) =>
      fitsSale(rule, facts) ? [{ connection, rule, chosenBy: toSentence(connection, rule, index) }] : [],
    ),
  );
  const known = new Map<string, Choice | null>();
  const choose = (sku: string): Choice | null => {
    const found = rules.find(({ rule }) => fitsSku(rule, sku));
    if (found !== undefined) return { connection: found.connection, chosenBy: found.chosenBy };
    return fallback === undefined ? null : toFallback(fallback, connections, facts);
  };
  return ({ sku }) => {
    const choice = known.get(sku) ?? choose(sku);
    known.set(sku, choice);
    return choice;
  };
}

/** What rules ask of a sale. */
interface SaleFacts {
  readonly sale: Sale;
  /** ISO 3166-1 alpha-2; '' where it is not known. */
  readonly country: string;
  /** Of all goods of the sale, those on backorder too, so that it does not change as they come in; null where one has none. */
  readonly weightGrams: number | null;
  /** SKUs without a weight in DEAR. */
  readonly unweighed: readonly string[];
}

function toFacts(sale: Sale, isService: IsService): SaleFacts {
  const goods = sale.lines.filter(
    (line) => !line.dropShip && line.quantity > 0 && isProduct(line) && !isService(line),
  );
  const unweighed = goods.filter(({ weightGrams }) => weightGrams <= 0).map(({ sku }) => sku);
  const weight = sumAll(goods.map(({ weightGrams, quantity }) => getProduct(weightGrams, quantity)));
  return {
    sale,
    country: tidyAddress(sale.shippingAddress).country.toUpperCase(),
    weightGrams: unweighed.length > 0 ? null : weight,
    unweighed: [...new Set(unweighed)],
  };
}

function fitsSale(rule: Rule, { sale, country, weightGrams }: SaleFacts): boolean {
  return (
    fitsAny(rule.salesChannels, (name) => isSameName(name, sale.sourceChannel)) &&
    fitsAny(rule.countries, (code) => code === country) &&
    fitsAny(rule.priceTiers, (name) => isSameName(name, sale.priceTier)) &&
    fitsAny(rule.customers, (pattern) => matchesPattern(sale.customer.trim(), pattern)) &&
    Object.entries(rule.attributes).every(([name, values]) =>
      values.includes(sale.additionalAttributes[name] ?? ''),
    ) &&
    fitsWeight(rule, weightGrams)
  );
}

/** A condition that is not set holds. */
function fitsAny(allowed: readonly string[], isIt: (one: string) => boolean): boolean {
  return allowed.length === 0 || allowed.some(isIt);
}

/** A light parcel must not be concluded from products whose weight DEAR does not know. */
function fitsWeight({ weightGrams }: Rule, weight: number | null): boolean {
  if (weightGrams === null) return true;
  const { from, below } = weightGrams;
  return weight !== null && weight >= from && (below === null || weight < below);
}

function fitsSku({ skus }: Rule, sku: string): boolean {
  return fitsAny(skus, (pattern) => matchesPattern(sku, pattern));
}

const MAX_SENTENCE = 300;

function toSentence({ id }: Connection, rule: Rule, index: number): string {
  const name = rule.name === '' ? `Rule ${index + 1}` : `The rule '${rule.name}'`;
  return cutText(`${name} of ${id} chose it: ${describeRule(rule)}.`, MAX_SENTENCE, '….');
}

/** Names of customers are personal data, and the sentence is kept for good. */
function describeRule(rule: Rule): string {
  const { salesChannels, countries, priceTiers, customers, attributes, weightGrams, skus } = rule;
  const parts = [
    salesChannels.length > 0 ? `sales channel ${enumerate(salesChannels)}` : '',
    countries.length > 0 ? `country ${enumerate(countries)}` : '',
    priceTiers.length > 0 ? `price tier ${enumerate(priceTiers)}` : '',
    customers.length > 0 ? 'the customer' : '',
    ...Object.entries(attributes).map(([name, values]) => `${name} ${enumerate(values)}`),
    weightGrams === null ? '' : describeWeight(weightGrams),
    skus.length > 0 ? `SKU ${enumerate(skus)}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function describeWeight({ from, below }: NonNullable<Rule['weightGrams']>): string {
  const atLeast = from > 0 ? `at least ${from} g` : '';
  return [atLeast, below === null ? '' : `less than ${below} g`].filter((part) => part !== '').join(', ');
}

function toFallback(
  connection: Connection,
  connections: readonly Connection[],
  { unweighed }: SaleFacts,
): Choice {
  const others = connections.filter(({ rules }) => rules.length > 0);
  const byWeight = others.some(({ rules }) => rules.some(({ weightGrams }) => weightGrams !== null));
  const why = `No rule of ${enumerate(others.map(({ id }) => id))} fits, so ${connection.id} ships it.`;
  const unknown =
    byWeight && unweighed.length > 0
      ? ` Rules by weight do not apply, because DEAR has no weight of ${enumerate(unweighed)}.`
      : '';
  return { connection, chosenBy: cutText(`${why}${unknown}`, MAX_SENTENCE, '…') };
}

/**
 * What a demand says of its choice.
 * @param sentences why the connection ships each of its goods
 * @param chosen what the rules choose for each of them now
 */
export function describeChoices(
  connection: Connection,
  sentences: readonly string[],
  chosen: readonly (Choice | null)[],
): { chosenBy: string; keptFrom: string[] } {
  const others = chosen.filter((choice) => choice?.connection !== connection);
  return {
    chosenBy: [...new Set(sentences)].filter((sentence) => sentence !== '').join(' '),
    keptFrom: [...new Set(others.map((choice) => choice?.connection.id ?? 'none'))],
  };
}

/** @param skus of goods that no connection of the location ships */
export function remarksOnUnchosen(skus: readonly string[], connections: readonly Connection[]): string[] {
  if (skus.length === 0) return [];
  const ids = enumerate(connections.map(({ id }) => id));
  const which = enumerate([...new Set(skus)]);
  return [`No rule of ${ids} fits ${which}, so nothing ships it: correct the rules, or ship it by hand.`];
}
