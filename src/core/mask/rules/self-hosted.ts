import { isGithubChecksum, isJsrChecksum } from './checksums.ts';
import type { Rule } from './rule.ts';

/** What is run by those who use it: the source that makes its tokens says how they are written. */
export const SELF_HOSTED_RULES: readonly Rule[] = [
  {
    id: 'gitlab_runner_registration_token',
    name: 'a registration token of GitLab runners',
    shapes: ['GR1348941<b64url:20>'],
    source:
      'https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/concerns/runners_token_prefixable.rb',
  },
  {
    id: 'jsr_token',
    name: 'a JSR access token',
    // The fourth letter tells what kind of token it is.
    shapes: ['jsr<lower:1>_<alnum:35>'],
    checksum: { verify: isJsrChecksum },
    source: 'https://github.com/jsr-io/jsr/blob/main/api/src/token.rs',
  },
  {
    id: 'netbird_token',
    name: 'a NetBird personal access token',
    shapes: ['nbp_<alnum:36>'],
    // Made like GitHub's.
    checksum: { verify: isGithubChecksum },
    source: 'https://github.com/netbirdio/netbird/blob/main/management/server/types/personal_access_token.go',
  },
  {
    id: 'gitpod_token',
    name: 'a Gitpod personal access token',
    shapes: ['gitpod_pat_<b64url:43>.<alnum:40>'],
    source:
      'https://github.com/gitpod-io/gitpod/blob/main/components/public-api-server/pkg/auth/personal_access_token.go',
  },
  {
    id: 'coder_token',
    name: 'a Coder session token',
    shapes: ['<alnum:10>-<alnum:22>'],
    near: ['coder', 'coder_session_token', 'coder-session-token'],
    source: 'https://github.com/coder/coder/blob/main/coderd/apikey/apikey.go',
  },
  {
    id: 'daytona_key',
    name: 'a Daytona API key',
    shapes: ['dtn_<lhex:64>'],
    source: 'https://github.com/daytonaio/daytona/blob/main/apps/api/src/common/utils/api-key.ts',
  },
  {
    id: 'portainer_key',
    name: 'a Portainer API key',
    shapes: ['ptr_<b64:43>='],
    source: 'https://github.com/portainer/portainer/blob/develop/api/apikey/service.go',
  },
  {
    id: 'outline_key',
    name: 'an Outline API key',
    shapes: ['ol_api_<alnum:38>'],
    source: 'https://github.com/outline/outline/blob/main/server/models/ApiKey.ts',
  },
  {
    id: 'plane_key',
    name: 'a Plane API token',
    shapes: ['plane_api_<lhex:32>'],
    source: 'https://github.com/makeplane/plane/blob/master/apiserver/plane/db/models/api.py',
  },
  {
    id: 'n8n_key',
    name: 'an n8n API key',
    // Later ones are JSON Web Tokens.
    shapes: ['n8n_api_<lhex:80>'],
    source: 'https://github.com/n8n-io/n8n/blob/master/packages/cli/src/services/public-api-key.service.ts',
  },
  {
    id: 'dify_key',
    name: 'a Dify API key',
    shapes: ['app-<alnum:24>', 'dataset-<alnum:24>', 'ds-<alnum:24>'],
    near: ['dify'],
    source: 'https://github.com/langgenius/dify/blob/main/api/controllers/console/apikey.py',
  },
  {
    id: 'flagsmith_key',
    name: 'a Flagsmith server-side environment key',
    shapes: ['ser.<alnum:22>'],
    near: ['flagsmith'],
    source: 'https://github.com/Flagsmith/flagsmith/blob/main/api/environments/api_keys.py',
  },
  {
    id: 'phabricator_token',
    name: 'a Conduit token of Phabricator',
    shapes: ['api-<loweralnum:28>', 'cli-<loweralnum:28>'],
    near: ['phabricator', 'conduit', 'arcrc', 'phab', 'api.token'],
    source:
      'https://github.com/phacility/phabricator/blob/master/src/applications/conduit/storage/PhabricatorConduitToken.php',
  },
  {
    id: 'uptime_kuma_key',
    name: 'an Uptime Kuma API key',
    shapes: ['uk<digit:1-4>_<b64url:40>'],
    near: ['uptime', 'kuma', 'uptime_kuma'],
    source:
      'https://github.com/louislam/uptime-kuma/blob/master/server/socket-handlers/api-key-socket-handler.js',
  },
];
