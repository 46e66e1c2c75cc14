import {
  base62,
  base64,
  base64url,
  digits,
  hex,
  lowerAlnum,
  type RuleExamples,
  upperAlnum,
  uuid,
} from './examples.ts';

/** Of `rules/messaging-payment.ts`. */
export const MESSAGING_PAYMENT_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'slack_token',
    positives: [
      () => `xoxb-${digits(12)}-${digits(13)}-${base62(24)}`,
      () => `xoxp-${digits(12)}-${digits(12)}-${digits(12)}-${hex(32)}`,
      () => `xapp-1-A${upperAlnum(10)}-${digits(13)}-${hex(64)}`,
      () => `xoxe.xoxp-1-${base62(146)}`,
      () => `xoxe-1-${base62(146)}`,
    ],
    misses: [() => `xoxb-${digits(4)}`, () => `xoxq-${digits(12)}-${digits(13)}-${base62(24)}`],
  },
  {
    id: 'slack_webhook',
    positives: [
      () => `hooks.slack.com/services/T${upperAlnum(10)}/B${upperAlnum(10)}/${base62(24)}`,
      () => `hooks.slack.com/triggers/T${upperAlnum(10)}/${digits(13)}/${hex(32)}`,
    ],
    misses: [
      () => `hooks.slack.com/services/T${upperAlnum(10)}`,
      () => `slack.com/services/T${upperAlnum(10)}/B${upperAlnum(10)}/${base62(24)}`,
    ],
    around: (token) => `curl https://${token}\n`,
  },
  {
    id: 'discord_webhook',
    positives: [
      () => `discord.com/api/webhooks/${digits(19)}/${base64url(68)}`,
      () => `discordapp.com/api/webhooks/${digits(18)}/${base64url(68)}`,
    ],
    misses: [
      () => `discord.com/api/webhooks/${digits(19)}`,
      () => `discord.com/channels/${digits(18)}/${digits(18)}`,
    ],
    around: (token) => `curl https://${token}\n`,
  },
  {
    id: 'teams_webhook',
    positives: [
      () => `webhook.office.com/webhookb2/${uuid()}@${uuid(2)}/IncomingWebhook/${hex(32)}/${uuid(3)}`,
      () => `outlook.office.com/webhook/${uuid()}@${uuid(2)}/IncomingWebhook/${hex(32)}/${uuid(3)}`,
    ],
    misses: [
      () => `webhook.office.com/webhookb2/${uuid()}@${uuid(2)}`,
      () => `outlook.office.com/mail/${uuid()}`,
    ],
    around: (token) => `curl https://contoso.${token}\n`,
  },
  {
    id: 'telegram_bot_token',
    positives: [
      () => `${digits(10)}:AA${base64url(33)}`,
      () => `${digits(9)}:AA${base64url(33, 2)}`,
      () => `bot${digits(10)}:AA${base64url(33)}`,
    ],
    misses: [() => `${digits(10)}:AA${base64url(20)}`, () => `${digits(10)}:${digits(10)}`],
    around: (token) => `https://api.telegram.org/${token}/getMe`,
  },
  {
    id: 'telegram_named_token',
    positives: [() => `${digits(10)}:${base64url(35)}`, () => `${digits(8)}:${base64url(35, 2)}`],
    misses: [() => `${digits(10)}:${base64url(30)}`, () => `${digits(5)}:${base64url(35)}`],
    around: (token) => `TELEGRAM_BOT_TOKEN="${token}"\n`,
  },
  {
    id: 'stripe_key',
    positives: [
      () => `sk_live_${base62(24)}`,
      () => `rk_test_${base62(99)}`,
      () => `sk_org_live_${base62(40)}`,
      () => `whsec_${base62(32)}`,
    ],
    misses: [() => `pk_live_${base62(24)}`, () => 'sk_test_mode'],
  },
  {
    id: 'square_token',
    positives: [() => `EAAA${base64url(60)}`, () => `sq0csp-${base64url(43)}`],
    misses: [() => `EAAA${base64url(40)}`, () => `sq0csp-${base64url(20)}`],
  },
  {
    id: 'shopify_token',
    positives: [() => `shpat_${hex(32)}`, () => `shpss_${hex(32)}`, () => `shpca_${hex(32)}`],
    misses: [() => `shpat_${hex(31)}`, () => `shpxx_${hex(32)}`],
  },
  {
    id: 'adyen_key',
    positives: [
      () => `AQE${base64(120)}-${base64(43)}=-${base62(16)}`,
      () => `AQE${base64(100)}-${base64(42)}==-${base62(24)}`,
    ],
    misses: [() => `AQE${base64(120)}`, () => `AQE${base64(20)}-${base64(43)}=-${base62(16)}`],
  },
  {
    id: 'braintree_token',
    positives: [
      () => `access_token$production$${lowerAlnum(16)}$${hex(32)}`,
      () => `access_token$sandbox$${lowerAlnum(16)}$${hex(32)}`,
    ],
    misses: [
      () => `access_token$production$${lowerAlnum(16)}`,
      () => `access_token$staging$${lowerAlnum(16)}$${hex(32)}`,
    ],
  },
  {
    id: 'gocardless_token',
    positives: [() => `live_${base64url(40)}`, () => `sandbox_${base64url(40)}`],
    misses: [() => `live_${base64url(30)}`, () => `test_${base64url(40)}`],
    around: (token) => `the gocardless client takes ${token}.`,
  },
  {
    id: 'plaid_token',
    positives: [() => `access-production-${uuid()}`, () => `access-sandbox-${uuid()}`],
    misses: [() => `public-production-${uuid()}`, () => `access-production-${hex(32)}`],
  },
  {
    id: 'sendgrid_key',
    positives: [
      () => `SG.${base64url(22)}.${base64url(43)}`,
      () => `SG.${base64url(22, 2)}.${base64url(43, 2)}`,
    ],
    misses: [() => `SG.${base64url(22)}`, () => 'SG.client.send'],
  },
  {
    id: 'mailgun_key',
    positives: [() => `key-${hex(32)}`, () => `pubkey-${hex(32)}`],
    misses: [() => `key-${hex(31)}`, () => 'key-value-store'],
  },
  {
    id: 'mailchimp_key',
    positives: [() => `${hex(32)}-us12`, () => `${hex(32, 2)}-us6`],
    misses: [() => `${hex(31)}-us12`, () => `${hex(32)}-eu12`],
  },
  {
    id: 'brevo_key',
    positives: [() => `xkeysib-${hex(64)}-${base62(16)}`, () => `xsmtpsib-${hex(64)}-${base62(16)}`],
    misses: [() => `xkeysib-${hex(64)}`, () => `xkeysib-${hex(60)}-${base62(16)}`],
  },
  {
    id: 'resend_key',
    positives: [() => `re_${base62(8)}_${base62(24)}`, () => `re_${base62(8, 2)}_${base62(24, 2)}`],
    misses: [() => `re_${base62(8)}`, () => `re_${base62(10)}_${base62(24)}`],
  },
];
