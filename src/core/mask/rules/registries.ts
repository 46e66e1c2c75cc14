import { isGithubChecksum } from './checksums.ts';
import type { Rule } from './rule.ts';

/** Where packages and images are published. */
export const REGISTRY_RULES: readonly Rule[] = [
  {
    id: 'npm_token',
    name: 'an npm access token',
    shapes: ['npm_<alnum:36>'],
    checksum: { verify: isGithubChecksum },
    source: 'https://github.blog/security/announcing-npms-new-access-token-format/',
  },
  {
    id: 'pypi_token',
    name: 'a PyPI API token',
    shapes: ['pypi-AgEIcHlwaS5vcmc<b64url:50+>', 'pypi-AgENdGVzdC5weXBpLm9yZw<b64url:50+>'],
    source: 'https://pypi.org/help/#apitoken',
  },
  {
    id: 'rubygems_token',
    name: 'a RubyGems API key',
    shapes: ['rubygems_<lhex:48>'],
    source: 'https://guides.rubygems.org/api-key-scopes/',
  },
  {
    id: 'crates_io_token',
    name: 'a crates.io API token',
    shapes: ['cio<alnum:32>'],
    near: ['cargo', 'crates'],
    source: 'https://doc.rust-lang.org/cargo/reference/publishing.html',
  },
  {
    id: 'nuget_key',
    name: 'a NuGet API key',
    shapes: ['oy2<loweralnum:43>'],
    source: 'https://learn.microsoft.com/en-us/nuget/nuget-org/scoped-api-keys',
  },
  {
    id: 'docker_token',
    name: 'a Docker access token',
    shapes: ['dckr_pat_<b64url:27>', 'dckr_oat_<b64url:32>'],
    source: 'https://docs.docker.com/security/access-tokens/',
  },
  {
    id: 'artifactory_token',
    name: 'a JFrog Artifactory token',
    shapes: ['AKCp<alnum:69>', 'cmVmd<alnum:59>'],
    source: 'https://docs.jfrog.com/user-management/docs/identity-tokens',
  },
  {
    id: 'clojars_token',
    name: 'a Clojars deploy token',
    shapes: ['CLOJARS_<loweralnum:60>'],
    source: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
  },
];
