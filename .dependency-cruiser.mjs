/** Imports run one way. Each rule names who may be imported; what it does not name is an arrow pointing back. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^(lib|functions|bin|test)/', pathNot: allowed },
});

export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Modules that need each other are one module, or one too many. Types may refer to each other.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('domain-needs-nothing', '^lib/domain/', '^lib/domain/', 'Rules know no I/O and no other folder.'),
    only(
      'workflows-need-domain-and-ports',
      '^lib/workflows/',
      '^lib/(domain|workflows)/|^lib/providers/(provider|capabilities)[.]ts$|^lib/messaging/messages[.]ts$|^lib/store/schemas[.]ts$',
      'A stage of the flow knows the rules and narrow interfaces, never an adapter.',
    ),
    only(
      'upstream-needs-domain',
      '^lib/upstream/',
      '^lib/(domain|upstream)/',
      'The HTTP client of DEAR and of every provider knows the domain, and no vendor.',
    ),
    only(
      'dear-needs-domain',
      '^lib/dear/',
      '^lib/(domain|upstream|dear)/',
      'DEAR’s API knows the domain, not who uses it.',
    ),
    only(
      'store-needs-domain',
      '^lib/store/',
      '^lib/(domain|store)/',
      'The table knows the domain, not who uses it.',
    ),
    only(
      'messaging-needs-domain',
      '^lib/messaging/',
      '^lib/(domain|messaging)/',
      'Queues know messages only.',
    ),
    only(
      'providers-need-domain',
      '^lib/providers/',
      '^lib/(domain|upstream|providers)/|^lib/settings/schema[.]ts$',
      'A provider knows the domain and its own settings.',
    ),
    only(
      'settings-need-provider-settings',
      '^lib/settings/',
      '^lib/settings/|^lib/providers/[^/]+/settings[.]ts$|^lib/domain/location-name[.]ts$',
      'The settings are made of each provider’s own, and compare names as the rules do.',
    ),
    only(
      'infra-shares-names-only',
      '^lib/infra/',
      '^lib/infra/|^lib/runtime/(environment|job-schedules|metrics)[.]ts$|^lib/messaging/messages[.]ts$|^lib/store/indexes[.]ts$|^lib/settings/|^lib/domain/connection[.]ts$',
      'What runs at synth shares names with what runs in Lambda, and nothing else.',
    ),
    only(
      'operator-uses-what-runs',
      '^lib/operator/',
      '^lib/(?!infra/)',
      'An operator looks at what runs, not at how it is made.',
    ),
    only(
      'functions-do-not-know-how-they-are-run',
      '^(functions|lib/runtime)/',
      '^lib/(runtime|workflows|upstream|dear|providers|store|messaging|settings|domain)/',
      'Handlers know neither the infrastructure nor the local host.',
    ),
    {
      name: 'deployed-code-uses-dependencies',
      severity: 'error',
      comment: 'What is bundled is a dependency; what builds, tests and emulates is a devDependency.',
      from: {
        path: '^(functions|lib/(runtime|workflows|upstream|dear|providers|store|messaging|settings|domain))/',
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-node-modules-in-domain',
      severity: 'error',
      comment: 'The rules are plain TypeScript, on packages that are pure themselves: data and arithmetic.',
      from: { path: '^lib/domain/' },
      to: { path: 'node_modules', pathNot: 'node_modules/(big[.]js|i18n-iso-countries|country-to-iso)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
