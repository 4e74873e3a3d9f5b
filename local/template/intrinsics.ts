/** A template that names something which has no meaning on this machine. */
export class UnresolvableError extends Error {
  override readonly name = 'UnresolvableError';
}

/** What the names in a template stand for; undefined for a name that stands for nothing. */
export interface Names {
  /** Of a resource, a parameter or a pseudo parameter: `Ref`. */
  reference(name: string): unknown;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): unknown;
}

/** Where in the template a value stands, for the message. */
interface Place {
  readonly resource: string;
  readonly property: string;
}

/** `{ Ref: 'AWS::NoValue' }`: the property is as good as absent. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Resolver = (argument: unknown, names: Names, place: Place) => unknown;

const INTRINSICS: Readonly<Record<string, Resolver>> = {
  Ref: (argument, names, place) => known(names.reference(String(argument)), `Ref ${String(argument)}`, place),
  'Fn::GetAtt': getAttribute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': substitute,
};

/**
 * Replaces CloudFormation's intrinsic functions in a value, at any depth.
 * @throws {UnresolvableError} naming the resource, the property and the function
 */
export function resolveIntrinsics(value: unknown, names: Names, place: Place): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, names, place)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && isIntrinsic(name)) {
    const resolver = INTRINSICS[name];
    if (resolver === undefined) throw unresolvable(name, place);
    return resolver(argument, names, place);
  }
  const resolved = entries.map(([key, item]) => {
    const inside = { ...place, property: `${place.property}.${key}` };
    return [key, resolveIntrinsics(item, names, inside)] as const;
  });
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

function getAttribute(argument: unknown, names: Names, place: Place): unknown {
  const parts = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt', place);
  const [logicalId = '', ...attribute] = parts.map(String);
  const path = attribute.join('.');
  return known(names.attribute(logicalId, path), `Fn::GetAtt ${logicalId}.${path}`, place);
}

function join(argument: unknown, names: Names, place: Place): string {
  const [separator, items] = list(resolveIntrinsics(argument, names, place), 'Fn::Join', place);
  return list(items, 'Fn::Join', place).map(String).join(String(separator));
}

function split(argument: unknown, names: Names, place: Place): string[] {
  const [separator, text] = list(resolveIntrinsics(argument, names, place), 'Fn::Split', place);
  return String(text).split(String(separator));
}

function select(argument: unknown, names: Names, place: Place): unknown {
  const [index, items] = list(resolveIntrinsics(argument, names, place), 'Fn::Select', place);
  return known(list(items, 'Fn::Select', place)[Number(index)], `Fn::Select ${String(index)}`, place);
}

/** `${Name}`, `${Resource.Attribute}`, names of its own, and `${!literal}`. */
function substitute(argument: unknown, names: Names, place: Place): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = new Map(Object.entries(Object(resolveIntrinsics(own ?? {}, names, place))));
  return String(text).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (variables.has(name)) return String(variables.get(name));
    const [logicalId = '', ...attribute] = name.split('.');
    const value =
      attribute.length === 0 ? names.reference(name) : names.attribute(logicalId, attribute.join('.'));
    return String(known(value, `Fn::Sub \${${name}}`, place));
  });
}

function list(value: unknown, what: string, place: Place): unknown[] {
  if (Array.isArray(value)) return value;
  throw unresolvable(what, place);
}

function known(value: unknown, what: string, place: Place): unknown {
  if (value === undefined) throw unresolvable(what, place);
  return value;
}

function unresolvable(what: string, place: Place): UnresolvableError {
  return new UnresolvableError(
    `The local system cannot resolve ${what} in ${place.property} of ${place.resource}`,
  );
}
