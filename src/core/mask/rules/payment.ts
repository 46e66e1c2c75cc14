import type { Rule } from './rule.ts';

/** Payment, banking and cards; Stripe, Square, Adyen and others stand in `messaging-payment.ts`. */
export const PAYMENT_RULES: readonly Rule[] = [
  {
    id: 'paddle_key',
    name: 'a Paddle API key',
    shapes: [
      'pdl_live_apikey_<loweralnum:26>_<alnum:22>_<alnum:3>',
      'pdl_sdbx_apikey_<loweralnum:26>_<alnum:22>_<alnum:3>',
    ],
    source: 'https://developer.paddle.com/api-reference/about/authentication',
  },
  {
    id: 'klarna_key',
    name: 'a Klarna API key',
    shapes: ['klarna_live_api_<b64padded:40-400>', 'klarna_test_api_<b64padded:40-400>'],
    source: 'https://docs.klarna.com/api/authentication',
  },
  {
    id: 'mollie_key',
    name: 'a Mollie API key',
    shapes: ['live_<alnum:30>', 'test_<alnum:30>', 'access_<alnum:30-40>'],
    near: ['mollie'],
    source: 'https://docs.mollie.com/reference/authentication',
  },
  {
    id: 'xendit_key',
    name: 'a Xendit secret key',
    shapes: ['xnd_production_<alnum:40-100>', 'xnd_development_<alnum:40-100>'],
    source: 'https://docs.xendit.co/docs/api-keys',
  },
  {
    id: 'mercado_pago_token',
    name: 'a Mercado Pago access token',
    shapes: [
      'APP_USR-<digit:8-20>-<digit:6>-<lhex:32>-<digit:6-12>',
      'TEST-<digit:8-20>-<digit:6>-<lhex:32>-<digit:6-12>',
    ],
    source:
      'https://www.mercadopago.com.br/developers/en/docs/checkout-api-payments/best-practices/credentials-best-practices/secure-credentials',
  },
  {
    id: 'sumup_key',
    name: 'a SumUp secret API key',
    shapes: ['sup_sk_<alnum:24-60>'],
    source: 'https://developer.sumup.com/docs/authorization',
  },
  {
    id: 'omise_key',
    name: 'an Omise secret key',
    shapes: ['skey_test_<loweralnum:18-24>', 'skey_live_<loweralnum:18-24>', 'skey_<loweralnum:18-24>'],
    source: 'https://docs.omise.co/api-authentication',
  },
  {
    id: 'asaas_key',
    name: 'an Asaas API key',
    shapes: ['$aact_<b64padded:60-400>', '$aact_prod_<b64padded:60-400>', '$aact_hmlg_<b64padded:60-400>'],
    source: 'https://docs.asaas.com/docs/authentication-2',
  },
  {
    id: 'midtrans_server_key',
    name: 'a Midtrans server key',
    shapes: ['Mid-server-<b64url:20-40>', 'SB-Mid-server-<b64url:20-40>'],
    source: 'https://docs.midtrans.com/docs/access-keys',
  },
  {
    id: 'brex_token',
    name: 'a Brex user token',
    shapes: ['bxt_<alnum:33-64>'],
    source: 'https://developer.brex.com/docs/authentication',
  },
  {
    id: 'polar_token',
    name: 'a Polar access token',
    shapes: ['polar_oat_<alnum:43>', 'polar_pat_<alnum:43>', 'polar_cst_<alnum:43>'],
    source: 'https://github.com/polarsource/polar/blob/main/server/polar/kit/crypto.py',
  },
  {
    id: 'woocommerce_key',
    name: 'a WooCommerce consumer key or secret',
    // Behind the prefixes stands what `wc_rand_hash` makes: twenty bytes in hex.
    shapes: ['ck_<lhex:40>', 'cs_<lhex:40>'],
    source:
      'https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-auth.php',
  },
  {
    id: 'blockfrost_project_id',
    name: 'a Blockfrost project id, which is its key',
    shapes: ['mainnet<alnum:32>', 'preprod<alnum:32>', 'preview<alnum:32>', 'ipfs<alnum:32>'],
    near: ['blockfrost', 'project_id', 'projectid', 'cardano'],
    source: 'https://www.blockfrost.dev/overview/making-first-call',
  },
  {
    id: 'paypal_token',
    name: 'a PayPal access token',
    shapes: ['A21AA<b64url:80-120>'],
    source: 'https://developer.paypal.com/api/rest/authentication/',
  },
  {
    id: 'pagarme_key',
    name: 'a Pagar.me API key of before version 5',
    shapes: ['ak_live_<alnum:14-60>', 'ak_test_<alnum:14-60>'],
    source: 'https://github.com/pagarme/pagarme-js/blob/master/README.md',
  },
];
