/** Imports run one way. Each rule names what a folder may import; anything else is an arrow pointing back. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^(bin|functions|lib|operator|local|sandbox|test)/', pathNot: allowed },
});

const RUNS_IN_LAMBDA = 'lib/(domain|workflows|upstream|dear|providers|store|messaging|settings|runtime)';

export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Modules that need each other are one module, or share a third. Types count.',
      from: { pathNot: '^test/' },
      to: { circular: true },
    },
    only('domain-imports-nothing', '^lib/domain/', '^lib/domain/', 'Rules know no I/O and no other folder.'),
    only(
      'workflows-import-domain-and-ports',
      '^lib/workflows/',
      '^lib/(domain|workflows)/|^lib/providers/provider(-endpoints)?[.]ts$|^lib/messaging/messages[.]ts$',
      'A stage of the flow knows the rules and the ports, never an adapter.',
    ),
    only(
      'upstream-imports-domain',
      '^lib/upstream/',
      '^lib/(domain|upstream)/',
      'The HTTP client knows no vendor.',
    ),
    only(
      'dear-imports-upstream',
      '^lib/dear/',
      '^lib/(domain|upstream|dear)/',
      'DEAR’s API does not know its callers.',
    ),
    only(
      'store-imports-domain',
      '^lib/store/',
      '^lib/(domain|store)/',
      'The table does not know its callers.',
    ),
    only(
      'messaging-imports-domain',
      '^lib/messaging/',
      '^lib/(domain|messaging)/',
      'Queues know messages only.',
    ),
    only(
      'providers-import-upstream',
      '^lib/providers/',
      '^lib/(domain|upstream|providers)/',
      'A provider knows the domain, the HTTP client and its own settings; it is given what it needs of a connection.',
    ),
    only(
      'settings-import-provider-settings',
      '^lib/settings/',
      '^lib/settings/|^lib/providers/(registry|provider-definition)[.]ts$|^lib/domain/(errors|sale/location|address/country)[.]ts$',
      'The settings are made of each provider’s own, and know names and countries as the rules do.',
    ),
    only(
      'infra-shares-names-only',
      '^lib/infra/',
      '^lib/infra/|^lib/runtime/(environment|job-schedules|metrics)[.]ts$|^lib/messaging/messages[.]ts$|^lib/store/indexes[.]ts$|^lib/settings/|^lib/providers/registry[.]ts$|^lib/domain/(connection|clock)[.]ts$',
      'What runs at synth shares names with what runs in Lambda, and nothing else.',
    ),
    only(
      'functions-are-wiring',
      '^(functions|lib/runtime)/',
      `^${RUNS_IN_LAMBDA}/`,
      'Handlers know neither the stack nor the local host.',
    ),
    only(
      'operator-uses-what-runs',
      '^operator/',
      '^(operator|lib)/',
      'The local system is passed in: operator/open-bridge.ts declares what it uses of it.',
    ),
    only(
      'local-hosts-everything',
      '^local/',
      '^(local|lib|operator|sandbox|functions)/',
      'Tests are never imported.',
    ),
    only(
      'sandbox-stands-alone',
      '^sandbox/',
      '^sandbox/',
      'The sandboxes serve any integrator: they import nothing of the bridge.',
    ),
    {
      name: 'sandbox-by-its-public-interface',
      severity: 'error',
      comment: 'The package dear-sandbox exports one index for each API, and one for clocks and storage.',
      from: { pathNot: '^sandbox/' },
      to: { path: '^sandbox/', pathNot: '^sandbox/[^/]+/index[.]ts$' },
    },
    {
      name: 'sandbox-lists-its-dependencies',
      severity: 'error',
      comment: 'The package is installed without the bridge.',
      from: { path: '^sandbox/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'deployed-code-uses-dependencies',
      severity: 'error',
      comment: 'What is bundled is a dependency; what builds, tests and emulates is a devDependency.',
      from: { path: `^(functions|${RUNS_IN_LAMBDA})/` },
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
