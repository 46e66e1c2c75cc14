import {
  base62,
  base64url,
  hex,
  letters,
  type RuleExamples,
  upperAlnum,
  upperHex,
  uuid,
} from './examples.ts';

/** Of `rules/delivery.ts`. */
export const DELIVERY_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'terraform_token',
    positives: [
      () => `${base62(14)}.atlasv1.${base62(67)}`,
      () => `${base62(14, 2)}.atlasv1.${base62(67, 2)}`,
    ],
    misses: [() => `${base62(14)}.atlasv1.${base62(40)}`, () => `${base62(14)}.atlasv2.${base62(67)}`],
  },
  {
    id: 'pulumi_token',
    positives: [() => `pul-${hex(40)}`, () => `pul-${hex(40, 2)}`],
    misses: [() => `pul-${hex(39)}`, () => `pux-${hex(40)}`],
  },
  {
    id: 'prefect_token',
    positives: [() => `pnu_${base62(36)}`, () => `pnb_${base62(36)}`],
    misses: [() => `pnu_${base62(35)}`, () => `pnx_${base62(36)}`],
  },
  {
    id: 'infracost_key',
    positives: [() => `ico-${base62(32)}`, () => `ico-${base62(32, 2)}`],
    misses: [() => `ico-${base62(31)}`, () => `icon-${base62(32)}`],
    forged: () => `ico-${hex(32)}`,
  },
  {
    id: 'circleci_token',
    positives: [() => `CCIPAT_${base62(22)}_${hex(40)}`, () => `CCIPRJ_${base62(22)}_${hex(40)}`],
    misses: [() => `CCIPAT_${base62(22)}_${hex(39)}`, () => `CCIPAX_${base62(22)}_${hex(40)}`],
  },
  {
    id: 'buildkite_token',
    positives: [
      () => `bkua_${letters(3)}.${hex(40)}`,
      () => `bkaa_${letters(3)}.${base62(77)}`,
      () => `bkct_${letters(3)}.${base62(64)}`,
      () => `bkaj_eyJ${base64url(17)}.eyJ${base64url(160)}.${base64url(86)}`,
    ],
    misses: [
      () => `bkua_${letters(3)}.${hex(20)}`,
      () => `bkux_${letters(3)}.${hex(40)}`,
      () => `bkaj_${hex(40)}`,
    ],
  },
  {
    id: 'sonar_token',
    positives: [() => `squ_${hex(40)}`, () => `sqp_${hex(40)}`, () => `sqa_${hex(40)}`],
    misses: [() => `squ_${hex(39)}`, () => `sqx_${hex(40)}`],
  },
  {
    id: 'snyk_token',
    positives: [
      () => `snyk_uat.${hex(8)}.${base64url(60)}.${base64url(43)}`,
      () => `snyk_sat.${hex(8)}.${base64url(60)}.${base64url(43)}`,
    ],
    misses: [() => `snyk_uat.${hex(8)}.${base64url(60)}`, () => `snyk_${uuid()}`],
  },
  {
    id: 'octopus_key',
    positives: [() => `API-${upperAlnum(27)}`, () => `API-${upperAlnum(32)}`],
    misses: [() => `API-${upperAlnum(20)}`, () => `APT-${upperAlnum(27)}`],
    forged: () => `API-${upperHex(32)}`,
  },
  {
    id: 'codecov_token',
    positives: [() => uuid(), () => uuid(2)],
    misses: [() => hex(32), () => uuid().slice(1)],
    around: (value) => `env:\n  CODECOV_TOKEN: ${value}\n`,
  },
];
