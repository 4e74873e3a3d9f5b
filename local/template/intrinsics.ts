/** A template refers to something that does not exist on this machine. */
export class UnresolvableError extends Error {
  override readonly name = 'UnresolvableError';
}

/** The values of a template's names; undefined for an unknown name. */
export interface Names {
  /** Of a resource, a parameter or a pseudo parameter: `Ref`. */
  reference(name: string): unknown;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): unknown;
}

/** The position of a value in the template, for the message. */
interface TemplatePosition {
  readonly resource: string;
  readonly property: string;
}

/** `{ Ref: 'AWS::NoValue' }`: the property counts as absent. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Resolver = (argument: unknown, names: Names, position: TemplatePosition) => unknown;

const INTRINSICS: Readonly<Record<string, Resolver>> = {
  Ref: (argument, names, position) =>
    requireValue(names.reference(String(argument)), `Ref ${String(argument)}`, position),
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
export function resolveIntrinsics(value: unknown, names: Names, position: TemplatePosition): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, names, position)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && isIntrinsic(name)) {
    const resolver = INTRINSICS[name];
    if (resolver === undefined) throw unresolvable(name, position);
    return resolver(argument, names, position);
  }
  const resolved = entries.map(([key, item]) => {
    const inside = { ...position, property: `${position.property}.${key}` };
    return [key, resolveIntrinsics(item, names, inside)] as const;
  });
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

function getAttribute(argument: unknown, names: Names, position: TemplatePosition): unknown {
  const parts = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt', position);
  const [logicalId = '', ...attribute] = parts.map(String);
  const path = attribute.join('.');
  return requireValue(names.attribute(logicalId, path), `Fn::GetAtt ${logicalId}.${path}`, position);
}

function join(argument: unknown, names: Names, position: TemplatePosition): string {
  const [separator, items] = list(resolveIntrinsics(argument, names, position), 'Fn::Join', position);
  return list(items, 'Fn::Join', position).map(String).join(String(separator));
}

function split(argument: unknown, names: Names, position: TemplatePosition): string[] {
  const [separator, text] = list(resolveIntrinsics(argument, names, position), 'Fn::Split', position);
  return String(text).split(String(separator));
}

function select(argument: unknown, names: Names, position: TemplatePosition): unknown {
  const [index, items] = list(resolveIntrinsics(argument, names, position), 'Fn::Select', position);
  return requireValue(
    list(items, 'Fn::Select', position)[Number(index)],
    `Fn::Select ${String(index)}`,
    position,
  );
}

/** `${Name}`, `${Resource.Attribute}`, local variables, and `${!literal}`. */
function substitute(argument: unknown, names: Names, position: TemplatePosition): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = new Map(Object.entries(Object(resolveIntrinsics(own ?? {}, names, position))));
  return String(text).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (variables.has(name)) return String(variables.get(name));
    const [logicalId = '', ...attribute] = name.split('.');
    const value =
      attribute.length === 0 ? names.reference(name) : names.attribute(logicalId, attribute.join('.'));
    return String(requireValue(value, `Fn::Sub \${${name}}`, position));
  });
}

function list(value: unknown, what: string, position: TemplatePosition): unknown[] {
  if (Array.isArray(value)) return value;
  throw unresolvable(what, position);
}

function requireValue(value: unknown, what: string, position: TemplatePosition): unknown {
  if (value === undefined) throw unresolvable(what, position);
  return value;
}

function unresolvable(what: string, position: TemplatePosition): UnresolvableError {
  return new UnresolvableError(
    `The local system cannot resolve ${what} in ${position.property} of ${position.resource}`,
  );
}
