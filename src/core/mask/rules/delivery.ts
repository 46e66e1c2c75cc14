import { isNotHex } from './plausible.ts';
import type { Rule } from './rule.ts';

/** Building, checking and rolling out. */
export const DELIVERY_RULES: readonly Rule[] = [
  {
    id: 'terraform_token',
    name: 'an HCP Terraform token',
    shapes: ['<alnum:14>.atlasv1.<padded:60-70>'],
    source: 'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
  },
  {
    id: 'pulumi_token',
    name: 'a Pulumi access token',
    shapes: ['pul-<hex:40>'],
    source: 'https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/',
  },
  {
    id: 'prefect_token',
    name: 'a Prefect API key',
    shapes: ['pnu_<alnum:36>', 'pnb_<alnum:36>'],
    source: 'https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys',
  },
  {
    id: 'infracost_key',
    name: 'an Infracost API key',
    shapes: ['ico-<alnum:32>'],
    checksum: { verify: isNotHex, required: true },
    source: 'https://www.infracost.io/docs/features/environment_variables/',
  },
  {
    id: 'circleci_token',
    name: 'a CircleCI token',
    shapes: ['CCIPAT_<alnum:22>_<hex:40>', 'CCIPRJ_<alnum:22>_<hex:40>'],
    source: 'https://circleci.com/docs/guides/toolkit/managing-api-tokens/',
  },
  {
    id: 'buildkite_token',
    name: 'a Buildkite token',
    shapes: [
      'bkua_<hex:40>',
      'bkua_<alnum:2-8>.<hex:40>',
      'bkaa_<alnum:2-8>.<alnum:56-90>',
      'bkar_<dotted:56-90>',
      'bkct_<alnum:20-90>',
      'bkct_<alnum:2-8>.<alnum:56-90>',
      'bkaj_eyJ<dotted:100+>',
      'bkpt_<dotted:100-400>',
      'bkpat_<dotted:40-80>',
      'bkps_<dotted:48-90>',
    ],
    source: 'https://buildkite.com/docs/platform/security/tokens',
  },
  {
    id: 'sonar_token',
    name: 'a SonarQube token',
    shapes: ['squ_<hex:40>', 'sqp_<hex:40>', 'sqa_<hex:40>', 'sqb_<hex:40>'],
    source: 'https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens/',
  },
  {
    id: 'snyk_token',
    name: 'a Snyk token',
    shapes: ['snyk_uat.<hex:8>.<b64url:20+>.<b64url:20+>', 'snyk_sat.<hex:8>.<b64url:20+>.<b64url:20+>'],
    source: 'https://docs.snyk.io/snyk-api/authentication-for-api',
  },
  {
    id: 'octopus_key',
    name: 'an Octopus Deploy API key',
    shapes: ['API-<upperalnum:25-32>'],
    checksum: { verify: isNotHex, required: true },
    source: 'https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key',
  },
  {
    id: 'codecov_token',
    name: 'a Codecov upload token',
    shapes: ['<uuid>'],
    near: ['codecov'],
    source: 'https://docs.codecov.com/docs/codecov-tokens',
  },
];
