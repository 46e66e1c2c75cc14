// Who may import whom, by the layout of the house. Each rule has a case in test/tooling/import-rules.test.ts that makes
// it fire.

/** Files of `room` may import, of ours, only what matches `allowed`. */
function only(room, allowed, comment) {
  return {
    name: `${room.replaceAll('/', '-')}-imports`,
    severity: 'error',
    comment,
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: allowed },
  };
}

const CORE_MAY_USE = '^(node:)?(buffer|crypto)$';

export default {
  forbidden: [
    only('core', ['^src/core/'], 'core imports nothing of ours'),
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core does no I/O: of Node only node:crypto and node:buffer',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: CORE_MAY_USE },
    },
    {
      name: 'core-has-no-packages',
      severity: 'error',
      comment: 'core has no run-time dependencies',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
    },
    only(
      'proxy/client-side',
      ['^src/core/', '^src/proxy/client-side/'],
      'proxy.ts joins the parts of the proxy',
    ),
    only('proxy/stages', ['^src/core/', '^src/proxy/stages/'], 'proxy.ts joins the parts of the proxy'),
    only('proxy/upstream', ['^src/core/', '^src/proxy/upstream/'], 'proxy.ts joins the parts of the proxy'),
    only('proxy', ['^src/core/', '^src/proxy/'], 'the proxy is handed its collaborators'),
    only('identity', ['^src/core/', '^src/identity/'], 'identity imports core'),
    only('platform', ['^src/core/', '^src/platform/'], 'platform imports core'),
    only('hub', ['^src/core/', '^src/hub/'], 'hub imports core'),
    only('tui', ['^src/core/', '^src/tui/'], 'tui imports core'),
    only(
      'app',
      ['^src/(app|core|identity|proxy|hub)/'],
      'a use case is handed platform and tui, and knows no command line',
    ),
    only(
      'commands',
      ['^src/(cli|app)/', '^src/core/errors[.]ts$'],
      'a command turns flags into a use case and its result into text, no more; siblings share through cli',
    ),
    {
      name: 'heavy-parts-load-late',
      severity: 'error',
      comment: 'tui and hub load by dynamic import(), so that nobody else waits for them; types are free',
      from: { path: '^src/(app|cli|commands)/' },
      to: { path: '^src/(tui|hub)/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'what is shipped needs nothing that is not',
      from: { path: '^src/' },
      to: { path: '^(test|bench|bin|dist)/' },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      comment: 'what is shipped needs only what package.json installs for a user',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-optional'],
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API; swc reads our files instead, type-only imports included.
    parser: 'swc',
    doNotFollow: { path: ['node_modules', '^dist/'] },
    enhancedResolveOptions: {
      conditionNames: ['node', 'import', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
