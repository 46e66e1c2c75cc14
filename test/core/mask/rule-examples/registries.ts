import { base62, base64url, hex, lowerAlnum, type RuleExamples } from './examples.ts';
import { githubToken } from './signatures.ts';

/** Of `rules/registries.ts`. */
export const REGISTRY_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'npm_token',
    positives: [() => githubToken('npm', base62(30)), () => githubToken('npm', base62(30, 2))],
    misses: [() => `npm_${base62(35)}`, () => `npm-${base62(36)}`],
    forged: () => `npm_${base62(36)}`,
  },
  {
    id: 'pypi_token',
    positives: [
      () => `pypi-AgEIcHlwaS5vcmc${base64url(150)}`,
      () => `pypi-AgENdGVzdC5weXBpLm9yZw${base64url(150)}`,
    ],
    misses: [() => `pypi-AgEIcHlwaS5vcmc${base64url(20)}`, () => `pypi-BgEIcHlwaS5vcmc${base64url(150)}`],
  },
  {
    id: 'rubygems_token',
    positives: [() => `rubygems_${hex(48)}`, () => `rubygems_${hex(48, 2)}`],
    misses: [() => `rubygems_${hex(47)}`, () => `rubygem_${hex(48)}`],
  },
  {
    id: 'crates_io_token',
    positives: [() => `cio${base62(32)}`, () => `cio${base62(32, 2)}`],
    misses: [() => `cio${base62(31)}`, () => `cip${base62(32)}`],
    around: (token) => `cargo login ${token}\n`,
  },
  {
    id: 'nuget_key',
    positives: [() => `oy2${lowerAlnum(43)}`, () => `oy2${lowerAlnum(43, 2)}`],
    misses: [() => `oy2${lowerAlnum(42)}`, () => `oy3${lowerAlnum(43)}`],
  },
  {
    id: 'docker_token',
    positives: [() => `dckr_pat_${base64url(27)}`, () => `dckr_oat_${base64url(32)}`],
    misses: [() => `dckr_pat_${base64url(26)}`, () => `dckr_pot_${base64url(27)}`],
  },
  {
    id: 'artifactory_token',
    positives: [() => `AKCp${base62(69)}`, () => `cmVmd${base62(59)}`],
    misses: [() => `AKCp${base62(60)}`, () => `cmVmd${base62(58)}`, () => `cmVmd${base62(70)}`],
  },
  {
    id: 'clojars_token',
    positives: [() => `CLOJARS_${hex(60)}`, () => `CLOJARS_${hex(60, 2)}`],
    misses: [() => `CLOJARS_${hex(50)}`, () => `CLOJURE_${hex(60)}`],
  },
];
