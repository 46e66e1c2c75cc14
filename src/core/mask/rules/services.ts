import type { Rule } from './rule.ts';

/** Monitoring, design, planning and other services. */
export const SERVICE_RULES: readonly Rule[] = [
  {
    id: 'notion_token',
    name: 'a Notion token',
    shapes: ['ntn_<alnum:40-50>', 'secret_<alnum:43>'],
    source: 'https://developers.notion.com/reference/authentication',
  },
  {
    id: 'linear_key',
    name: 'a Linear key',
    shapes: ['lin_api_<alnum:40-48>', 'lin_oauth_<alnum:40-64>', 'lin_wh_<alnum:32-64>'],
    source: 'https://linear.app/developers/graphql#personal-api-keys',
  },
  {
    id: 'figma_token',
    name: 'a Figma token',
    shapes: [
      'figd_<b64url:38-64>',
      'figo_<b64url:36-46>',
      'figu_<b64url:36-46>',
      'figor_<b64url:36-46>',
      'figuh_<b64url:36-46>',
    ],
    source: 'https://developers.figma.com/docs/rest-api/authentication/',
  },
  {
    id: 'airtable_token',
    name: 'an Airtable personal access token',
    shapes: ['pat<alnum:14>.<hex:64>'],
    source: 'https://airtable.com/developers/web/guides/personal-access-tokens',
  },
  {
    id: 'posthog_key',
    name: 'a PostHog personal API key',
    shapes: ['phx_<word:43-56>', 'phs_<word:43-56>'],
    source: 'https://posthog.com/docs/api#personal-api-keys',
  },
  {
    id: 'contentful_token',
    name: 'a Contentful token',
    shapes: ['CFPAT-<b64url:43-64>'],
    source: 'https://www.contentful.com/developers/docs/references/authentication/',
  },
  {
    id: 'typeform_token',
    name: 'a Typeform token',
    shapes: ['tfp_<b64url:44>_<b64url:14>', 'tfp_<dotted:59>', 'tfp_<b64url:40-80>'],
    source: 'https://www.typeform.com/developers/get-started/personal-access-token/',
  },
  {
    id: 'hubspot_token',
    name: 'a HubSpot private app token',
    shapes: ['pat-na1-<uuid>', 'pat-na2-<uuid>', 'pat-eu1-<uuid>', 'pat-ap1-<uuid>'],
    source: 'https://developers.hubspot.com/docs/apps/legacy-apps/private-apps/overview',
  },
  {
    id: 'intra42_secret',
    name: 'a 42 intra client secret',
    shapes: ['s-s4t2ud-<hex:64>', 's-s4t2af-<hex:64>'],
    source: 'https://api.intra.42.fr/apidoc/guides/getting_started',
  },
  {
    id: 'easypost_key',
    name: 'an EasyPost API key',
    shapes: ['EZAK<alnum:54>', 'EZTK<alnum:54>'],
    source: 'https://docs.easypost.com/docs/authentication',
  },
  {
    id: 'frameio_token',
    name: 'a Frame.io token',
    shapes: ['fio-u-<padded:64>'],
    source: 'https://developer.frame.io/docs/getting-started/authentication',
  },
  {
    id: 'duffel_token',
    name: 'a Duffel access token',
    shapes: ['duffel_live_<padded:43>', 'duffel_test_<padded:43>'],
    source: 'https://duffel.com/docs/api/overview/making-requests',
  },
  {
    id: 'dropbox_token',
    name: 'a Dropbox access token',
    shapes: ['sl.u.<b64url:130+>', 'sl.<b64url:130-152>'],
    source: 'https://developers.dropbox.com/oauth-guide',
  },
  {
    id: 'facebook_token',
    name: 'a Facebook access token',
    shapes: ['EAACEdEose0cBA<alnum:16+>', 'EAA<alnum:80+>'],
    source: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/',
  },
  {
    id: 'adafruit_key',
    name: 'an Adafruit IO key',
    shapes: ['aio_<alnum:28>'],
    source: 'https://io.adafruit.com/api/docs/#authentication',
  },
  {
    id: 'shippo_token',
    name: 'a Shippo API token',
    shapes: ['shippo_live_<hex:40>', 'shippo_test_<hex:40>'],
    source: 'https://docs.goshippo.com/docs/guides_general/authentication/',
  },
  {
    id: 'lob_key',
    name: 'a Lob API key',
    shapes: ['live_<hex:35>', 'test_<hex:35>'],
    source: 'https://docs.lob.com/#tag/Authentication',
  },
  {
    id: 'flutterwave_key',
    name: 'a Flutterwave secret key',
    shapes: ['FLWSECK_TEST-<alnum:12-40>', 'FLWSECK-<alnum:12-40>-X'],
    source: 'https://developer.flutterwave.com/v3.0/docs/authentication',
  },
  {
    id: 'checkout_key',
    name: 'a Checkout.com secret key',
    shapes: ['sk_sbox_<loweralnum:26-27>'],
    source: 'https://www.checkout.com/docs/developer-resources/api/manage-api-keys',
  },
  {
    id: 'workos_key',
    name: 'a WorkOS API key',
    shapes: ['sk_live_<padded:40-247>', 'sk_test_<padded:40-247>'],
    source: 'https://workos.com/docs/reference/api-keys',
  },
];
