import type { RouteDefinition } from '../template/stack.ts';

export interface RouteMatch {
  readonly route: RouteDefinition;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route that an HTTP API would choose: the most specific path first, a method of its own before `ANY`, `$default` last.
 * Null where the API would answer 404.
 */
export function matchRoute(
  routes: readonly RouteDefinition[],
  method: string,
  path: string,
): RouteMatch | null {
  const matches = routes
    .map((route) => ({ route, pathParameters: parametersOf(route.routeKey, method, path) }))
    .filter((match) => match.pathParameters !== null)
    .map(({ route, pathParameters }) => ({ route, pathParameters: pathParameters ?? {} }));
  return matches.sort((a, b) => rank(a.route.routeKey) - rank(b.route.routeKey))[0] ?? null;
}

function parametersOf(routeKey: string, method: string, path: string): Record<string, string> | null {
  if (routeKey === '$default') return {};
  const [wantedMethod = '', template = ''] = routeKey.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return null;
  const match = patternOf(template).exec(path);
  return match === null ? null : { ...match.groups };
}

/** `{connection}` is one part of a path, `{proxy+}` all that is left. A name may hold what a group's name may not. */
function patternOf(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
    return name === undefined
      ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      : `(?<${name}>${greedy === '+' ? '.+' : '[^/]+'})`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

function rank(routeKey: string): number {
  const variables = routeKey.split('{').length - 1;
  const greedy = routeKey.includes('+}') ? 100 : 0;
  const any = routeKey.startsWith('ANY ') ? 0.5 : 0;
  return routeKey === '$default' ? 1000 : variables + greedy + any;
}
