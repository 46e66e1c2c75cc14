/** Where each vendor has its keys ended and made anew, by how the ids of its rules begin. The longest that fits counts. */
const PAGES: Readonly<Record<string, string>> = {
  anthropic: 'https://console.anthropic.com/settings/keys',
  aws: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html',
  azure: 'https://learn.microsoft.com/entra/identity-platform/howto-create-service-principal-portal',
  cloudflare: 'https://dash.cloudflare.com/profile/api-tokens',
  databricks: 'https://docs.databricks.com/aws/en/dev-tools/auth/pat',
  datadog: 'https://docs.datadoghq.com/account_management/api-app-keys/',
  digitalocean: 'https://cloud.digitalocean.com/account/api/tokens',
  docker: 'https://app.docker.com/settings/personal-access-tokens',
  github: 'https://github.com/settings/tokens',
  github_oauth: 'https://github.com/settings/applications',
  gitlab:
    'https://docs.gitlab.com/user/profile/personal_access_tokens/#revoke-or-rotate-a-personal-access-token',
  google: 'https://console.cloud.google.com/apis/credentials',
  google_ai: 'https://aistudio.google.com/app/apikey',
  grafana: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
  groq: 'https://console.groq.com/keys',
  heroku: 'https://dashboard.heroku.com/account/applications',
  huggingface: 'https://huggingface.co/settings/tokens',
  linear: 'https://linear.app/settings/account/security',
  mailgun: 'https://app.mailgun.com/settings/api_security',
  mistral: 'https://console.mistral.ai/api-keys',
  notion: 'https://www.notion.so/profile/integrations',
  npm: 'https://docs.npmjs.com/revoking-access-tokens',
  openai: 'https://platform.openai.com/api-keys',
  openrouter: 'https://openrouter.ai/settings/keys',
  perplexity: 'https://www.perplexity.ai/account/api/keys',
  postman: 'https://go.postman.co/settings/me/api-keys',
  pypi: 'https://pypi.org/manage/account/token/',
  replicate: 'https://replicate.com/account/api-tokens',
  sendgrid: 'https://app.sendgrid.com/settings/api_keys',
  sentry: 'https://sentry.io/settings/account/api/auth-tokens/',
  shopify:
    'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials',
  slack: 'https://api.slack.com/apps',
  stripe: 'https://dashboard.stripe.com/apikeys',
  supabase: 'https://supabase.com/dashboard/account/tokens',
  telegram: 'https://core.telegram.org/bots/features#botfather',
  twilio: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
  vault: 'https://developer.hashicorp.com/vault/docs/commands/token/revoke',
  vercel: 'https://vercel.com/account/settings/tokens',
  xai: 'https://console.x.ai',
};

/** The page where a secret of this rule is ended; undefined where the rule tells no vendor. */
export function rotationPage(rule: string): string | undefined {
  const words = rule.split('_');
  for (let count = words.length; count > 0; count--) {
    const page = PAGES[words.slice(0, count).join('_')];
    if (page !== undefined) return page;
  }
  return undefined;
}
