import type { Rule } from './rule.ts';

const AMAZON = 'https://developer.amazon.com/docs/login-with-amazon/access-token.html';

/** Planning, maps, words, shops' back offices and jobs that run in the background. */
export const PRODUCTIVITY_RULES: readonly Rule[] = [
  {
    id: 'clickup_token',
    name: 'a ClickUp personal token',
    shapes: ['pk_<digit:5-10>_<upperalnum:32>'],
    source: 'https://developer.clickup.com/docs/authentication',
  },
  {
    id: 'deepl_free_key',
    name: 'a DeepL API Free key',
    shapes: ['<uuid>:fx'],
    source: 'https://developers.deepl.com/docs/getting-started/auth',
  },
  {
    id: 'mapbox_token',
    name: 'a Mapbox secret or temporary token',
    shapes: ['sk.eyJ<b64url:40-400>.<b64url:20-24>', 'tk.eyJ<b64url:40-400>.<b64url:20-24>'],
    source: 'https://docs.mapbox.com/help/dive-deeper/access-tokens/',
  },
  {
    id: 'salesforce_session',
    name: 'a Salesforce session id or access token',
    shapes: ['00D<alnum:12-15>!<dotted:80-140>'],
    source: 'https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/quickstart_oauth.htm',
  },
  {
    id: 'amazon_login_token',
    name: 'a Login with Amazon token',
    shapes: ['Atza|<padded:80-2048>', 'Atzr|<padded:80-2048>'],
    source: AMAZON,
  },
  {
    id: 'zoho_token',
    name: 'a Zoho OAuth token',
    shapes: ['1000.<lhex:32>.<lhex:32>'],
    source: 'https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html',
  },
  {
    id: 'pinterest_token',
    name: 'a Pinterest access or refresh token',
    shapes: ['pina_<alnum:50-300>', 'pinr_<alnum:50-300>'],
    source: 'https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/',
  },
  {
    id: 'trigger_dev_key',
    name: 'a Trigger.dev key',
    // Earlier ones have 20 characters. A personal token is made in `../services/personalAccessToken.server.ts`.
    shapes: [
      'tr_dev_<alnum:20-24>',
      'tr_stg_<alnum:20-24>',
      'tr_prod_<alnum:20-24>',
      'tr_preview_<alnum:20-24>',
      'tr_dev_sk_<alnum:24>',
      'tr_stg_sk_<alnum:24>',
      'tr_prod_sk_<alnum:24>',
      'tr_preview_sk_<alnum:24>',
      'tr_pat_<loweralnum:40>',
    ],
    source: 'https://github.com/triggerdotdev/trigger.dev/blob/main/apps/webapp/app/utils/apiKeys.ts',
  },
  {
    id: 'zapier_webhook',
    name: 'the address of a Zapier webhook',
    shapes: ['hooks.zapier.com/hooks/catch/<digit:4-10>/<alnum:6-12>'],
    source:
      'https://help.zapier.com/hc/en-us/articles/8496083355661-How-to-get-started-with-Webhooks-by-Zapier',
  },
  {
    id: 'openweather_key',
    name: 'an OpenWeather API key',
    // The documentation says no form. In a demo of the vendor's 32 characters stand behind `appid`, which happen to be hex.
    shapes: ['<loweralnum:32>'],
    near: ['appid', 'openweather', 'openweathermap', 'owm'],
    source:
      'https://github.com/openweathermap/VANE-intro/blob/6f9989f6cdcdf7fbda22642e3f96504cf06e6b6b/apps/leaflet-owm.html',
  },
  {
    id: 'tines_webhook',
    name: 'the address of a Tines webhook with its secret',
    shapes: ['tines.com/webhook/<lhex:32>/<lhex:32>', 'tines.io/webhook/<lhex:32>/<lhex:32>'],
    source: 'https://www.tines.com/docs/actions/types/webhook/',
  },
  {
    id: 'twitter_bearer_token',
    name: 'a bearer token of an X app',
    // The page calls the format unspecified, and has an example.
    shapes: ['AAAAAAAAAAAAAAAAAAAAA<alnum:6-40>%<percent:50-130>'],
    source: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/bearer-tokens',
  },
  {
    id: 'make_webhook',
    name: 'the address of a Make webhook',
    shapes: [
      'hook.eu1.make.com/<loweralnum:30-36>',
      'hook.eu2.make.com/<loweralnum:30-36>',
      'hook.us1.make.com/<loweralnum:30-36>',
      'hook.us2.make.com/<loweralnum:30-36>',
    ],
    source: 'https://apps.make.com/gateway',
  },
  {
    id: 'maxmind_license_key',
    name: 'a MaxMind license key',
    shapes: ['<alnum:6>_<alnum:29>_mmk'],
    source: 'https://dev.maxmind.com/geoip/release-notes/2023-03-16-changes-to-maxmind-license-keys/',
  },
  {
    id: 'inngest_signing_key',
    name: 'an Inngest signing key',
    // It is read as hex, of any length.
    shapes: ['signkey-prod-<hex:32-64>', 'signkey-test-<hex:32-64>', 'signkey-branch-<hex:32-64>'],
    source: 'https://github.com/inngest/inngest/blob/main/pkg/authn/signing_key_strategy.go',
  },
  {
    id: 'calcom_key',
    name: 'a Cal.com API key',
    // Sixteen bytes in hex; which prefix stands before them, https://cal.com/help/api-keys says.
    shapes: ['cal_live_<lhex:32>', 'cal_test_<lhex:32>', 'cal_<lhex:32>'],
    source: 'https://github.com/calcom/cal.com/blob/main/packages/features/ee/api-keys/lib/apiKeys.ts',
  },
  {
    id: 'dub_key',
    name: 'a Dub API key',
    shapes: ['dub_<alnum:24>'],
    source: 'https://github.com/dubinc/dub/blob/main/apps/web/app/api/tokens/route.ts',
  },
  {
    id: 'segment_token',
    name: 'a Segment Public API token',
    shapes: ['sgp_<alnum:64>'],
    source: 'https://www.twilio.com/docs/segment/api/public-api',
  },
  {
    id: 'gitbook_token',
    name: 'a GitBook API token',
    shapes: ['gb_api_<alnum:32-64>'],
    source: 'https://gitbook.com/docs/developers/gitbook-api/authentication',
  },
  {
    id: 'caido_token',
    name: 'a Caido personal access token',
    shapes: ['caido_<alnum:24-80>'],
    source: 'https://docs.caido.io/app/concepts/pat',
  },
  {
    id: 'ifttt_webhook',
    name: 'the address of an IFTTT webhook, with its key',
    // The page shows the address to who is signed in. So it is written by a client,
    // https://hexdocs.pm/ifttt_webhook/IftttWebhook.API.html; how long a key is is said nowhere.
    shapes: [
      'maker.ifttt.com/trigger/<b64url:1-64>/with/key/<b64url:20-64>',
      'maker.ifttt.com/trigger/<b64url:1-64>/json/with/key/<b64url:20-64>',
    ],
    source: 'https://ifttt.com/maker_webhooks',
  },
  {
    id: 'tiktok_token',
    name: 'a TikTok access or refresh token',
    // The page says how both begin, with made-up letters behind; how long they are is said nowhere.
    shapes: ['act.<alnum:40-120>', 'rft.<alnum:40-120>'],
    source: 'https://developers.tiktok.com/doc/oauth-user-access-token-management',
  },
];
