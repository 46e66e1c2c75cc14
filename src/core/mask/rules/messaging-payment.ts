import type { Rule } from './rule.ts';

const SLACK = 'https://docs.slack.dev/authentication/tokens/';
const SHOPIFY = 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens';

/** Chat, mail and payment. */
export const MESSAGING_PAYMENT_RULES: readonly Rule[] = [
  {
    id: 'slack_token',
    name: 'a Slack token',
    shapes: [
      'xoxb-<digit:8-14>-<b64url:18-60>',
      'xoxb-<digit:8-14>-<alnum:18-26>',
      'xoxp-<digit:8-14>-<digit:8-14>-<b64url:18-60>',
      'xoxe-<digit:1>-<alnum:130-180>',
      'xoxe-<digit:8-14>-<digit:8-14>-<b64url:18-80>',
      'xoxe.xoxp-<digit:1>-<alnum:130-180>',
      'xoxe.xoxb-<digit:1>-<alnum:130-180>',
      'xoxa-<b64url:10-80>',
      'xoxr-<b64url:10-80>',
      'xoxo-<digit:5-14>-<digit:5-14>-<b64url:10-60>',
      'xoxs-<digit:5-14>-<digit:5-14>-<b64url:10-90>',
      'xoxc-<digit:8-14>-<digit:8-14>-<b64url:18-80>',
      'xoxd-<padded:40+>',
      'xoxd-<alnum:10-60>%<alnum:2+>',
      'xapp-<digit:1>-<upperalnum:9-12>-<digit:10-14>-<hex:60-66>',
    ],
    source: SLACK,
  },
  {
    id: 'slack_webhook',
    name: 'a Slack webhook address',
    shapes: [
      'hooks.slack.com/services/<alnum:8-12>/<alnum:8-12>/<alnum:20-26>',
      'hooks.slack.com/workflows/<upperalnum:8-12>/<upperalnum:8-12>/<digit:10-20>/<alnum:20-26>',
      'hooks.slack.com/triggers/<upperalnum:8-12>/<digit:10-20>/<hex:32>',
    ],
    source: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/',
  },
  {
    id: 'discord_webhook',
    name: 'a Discord webhook address',
    shapes: [
      'discord.com/api/webhooks/<digit:17-20>/<b64url:60-72>',
      'discordapp.com/api/webhooks/<digit:17-20>/<b64url:60-72>',
    ],
    source: 'https://discord.com/developers/docs/resources/webhook',
  },
  {
    id: 'teams_webhook',
    name: 'a Microsoft Teams webhook address',
    shapes: [
      'webhook.office.com/webhookb2/<b64url:36>@<b64url:36>/IncomingWebhook/<alnum:32>/<b64url:36>',
      'outlook.office.com/webhook/<b64url:36>@<b64url:36>/IncomingWebhook/<alnum:32>/<b64url:36>',
    ],
    source:
      'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
  },
  {
    id: 'telegram_bot_token',
    name: 'a Telegram bot token',
    // Also behind `bot`, as in the addresses of its API. What the page gives as an example is shorter by one than what bots get.
    shapes: ['<digit:8-10>:AA<b64url:33>', 'bot<digit:8-10>:AA<b64url:33>'],
    source: 'https://core.telegram.org/bots/api#authorizing-your-bot',
  },
  {
    id: 'telegram_named_token',
    name: 'a Telegram bot token',
    shapes: ['<digit:8-10>:<b64url:35>', 'tgram://<digit:8-10>:<b64url:35>'],
    near: ['telegram', 'bot_token', 'bottoken', 'tgbot', 'tg_bot', 'tgram'],
    source: 'https://core.telegram.org/bots/api#authorizing-your-bot',
  },
  {
    id: 'stripe_key',
    name: 'a Stripe secret key',
    shapes: [
      'sk_live_<alnum:16-247>',
      'sk_test_<alnum:16-247>',
      'rk_live_<alnum:16-247>',
      'rk_test_<alnum:16-247>',
      'whsec_<alnum:32-64>',
      'sk_org_live_<alnum:16-247>',
    ],
    source: 'https://docs.stripe.com/keys',
  },
  {
    id: 'square_token',
    name: 'a Square token',
    shapes: ['EAAA<b64url:60-64>', 'sq0atp-<b64url:22>', 'sq0csp-<b64url:43>', 'sq0idp-<b64url:22>'],
    source: 'https://developer.squareup.com/docs/build-basics/access-tokens',
  },
  {
    id: 'shopify_token',
    name: 'a Shopify token',
    shapes: [
      'shpat_<alnum:32>',
      'shpca_<alnum:32>',
      'shppa_<alnum:32>',
      'shpss_<alnum:32>',
      'shpua_<alnum:32>',
      'shptka_<alnum:32>',
    ],
    source: SHOPIFY,
  },
  {
    id: 'adyen_key',
    name: 'an Adyen API key',
    shapes: ['AQE<b64:90-180>-<b64padded:40-60>-<b64padded:10-60>'],
    source: 'https://docs.adyen.com/development-resources/api-credentials/',
  },
  {
    id: 'braintree_token',
    name: 'a PayPal Braintree access token',
    shapes: [
      'access_token$production$<loweralnum:16>$<hex:32>',
      'access_token$sandbox$<loweralnum:16>$<hex:32>',
    ],
    source: 'https://developer.paypal.com/braintree/docs/guides/authorization/overview',
  },
  {
    id: 'gocardless_token',
    name: 'a GoCardless access token',
    shapes: ['live_<padded:40>', 'sandbox_<padded:40>'],
    near: ['gocardless'],
    source: 'https://developer.gocardless.com/getting-started/api/making-your-first-request/',
  },
  {
    id: 'plaid_token',
    name: 'a Plaid access token',
    shapes: ['access-production-<uuid>', 'access-sandbox-<uuid>', 'access-development-<uuid>'],
    source: 'https://plaid.com/docs/api/items/',
  },
  {
    id: 'sendgrid_key',
    name: 'a SendGrid API key',
    shapes: ['SG.<b64url:22>.<b64url:43>', 'SG.<b64url:16-32>.<b64url:16-64>'],
    source: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
  },
  {
    id: 'mailgun_key',
    name: 'a Mailgun key',
    shapes: ['key-<loweralnum:32>', 'pubkey-<hex:32>'],
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/api-key-mgmt',
  },
  {
    id: 'mailchimp_key',
    name: 'a Mailchimp API key',
    shapes: ['<hex:32>-us<digit:1-2>'],
    source: 'https://mailchimp.com/developer/marketing/guides/quick-start/#generate-your-api-key',
  },
  {
    id: 'brevo_key',
    name: 'a Brevo API key',
    shapes: ['xkeysib-<hex:64>-<alnum:16>', 'xsmtpsib-<hex:64>-<alnum:16>'],
    source: 'https://developers.brevo.com/docs/getting-started',
  },
  {
    id: 'resend_key',
    name: 'a Resend API key',
    shapes: ['re_<alnum:8>_<alnum:24>'],
    source: 'https://resend.com/docs/api-reference/introduction',
  },
];
