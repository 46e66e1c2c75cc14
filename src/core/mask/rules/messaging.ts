import { isMatrixAuthChecksum, isSynapseChecksum } from './matrix-checksums.ts';
import type { Rule } from './rule.ts';

/** Chat, telephone, push messages and mail; Slack, Discord, Telegram and others stand in `messaging-payment.ts`. */
export const MESSAGING_RULES: readonly Rule[] = [
  {
    id: 'synapse_access_token',
    name: 'a Matrix access token of Synapse',
    shapes: ['syt_<b64:2-340>_<alpha:20>_<alnum:6>'],
    checksum: { verify: isSynapseChecksum },
    source: 'https://github.com/matrix-org/synapse/pull/5588',
  },
  {
    id: 'matrix_auth_token',
    name: 'a token of the Matrix Authentication Service',
    shapes: [
      'mat_<alnum:30>_<alnum:6>',
      'mar_<alnum:30>_<alnum:6>',
      'mct_<alnum:30>_<alnum:6>',
      'mcr_<alnum:30>_<alnum:6>',
    ],
    checksum: { verify: isMatrixAuthChecksum },
    source:
      'https://github.com/element-hq/matrix-authentication-service/blob/main/crates/data-model/src/tokens.rs',
  },
  {
    id: 'discord_bot_token',
    name: 'a Discord bot token',
    // The bot's id in base64, a time, a signature.
    shapes: ['<b64url:24-28>.<b64url:6>.<b64url:27-38>'],
    near: ['discord', 'bot'],
    source: 'https://discord.com/developers/docs/reference#authentication',
  },
  {
    id: 'google_chat_webhook',
    name: 'the address of a Google Chat webhook',
    shapes: ['chat.googleapis.com/v1/spaces/<b64url:6-24>/messages?key=<b64url:30-45>&token=<b64url:30-60>'],
    source: 'https://developers.google.com/workspace/chat/quickstart/webhooks',
  },
  {
    id: 'ably_key',
    name: 'an Ably API key',
    shapes: ['<b64url:6>.<b64url:6>:<b64url:43>'],
    near: ['ably'],
    source: 'https://github.com/ably/docs/blob/main/content/auth/api-key.textile',
  },
  {
    id: 'feishu_webhook',
    name: 'the address of a Feishu or Lark bot',
    // The page writes 17 letters x behind the last slash, and not how long a token is.
    shapes: [
      'open.feishu.cn/open-apis/bot/v2/hook/<b64url:17-64>',
      'open.larksuite.com/open-apis/bot/v2/hook/<b64url:17-64>',
    ],
    source: 'https://www.feishu.cn/hc/en-US/articles/360024984973',
  },
  {
    id: 'voiceflow_key',
    name: 'a Voiceflow API key',
    shapes: ['VF.DM.<dotted:30-80>', 'VF.WS.<dotted:30-80>'],
    source: 'https://docs.voiceflow.com/reference/api-key-differences',
  },
  {
    id: 'twitch_stream_key',
    name: 'a Twitch stream key',
    shapes: ['live_<digit:6-12>_<alnum:14-40>'],
    source: 'https://dev.twitch.tv/docs/api/reference/#get-stream-key',
  },
  {
    id: 'twilio_api_key',
    name: 'a Twilio API key',
    shapes: ['SK<lhex:32>'],
    source: 'https://www.twilio.com/docs/glossary/what-is-a-sid',
  },
  {
    id: 'intercom_token',
    name: 'an Intercom access token',
    // Base64 of `tok:`, 36 characters and `:1:0`.
    shapes: ['dG9rO<b64:54>='],
    source: 'https://developers.intercom.com/docs/build-an-integration/learn-more/authentication',
  },
  {
    id: 'onesignal_key',
    name: 'a OneSignal API key',
    shapes: ['os_v2_app_<loweralnum:80-120>', 'os_v2_org_<loweralnum:80-120>'],
    source: 'https://documentation.onesignal.com/docs/keys-and-ids',
  },
  {
    id: 'telnyx_key',
    name: 'a Telnyx API key',
    shapes: ['KEY<uhex:32>_<alnum:22>'],
    source: 'https://developers.telnyx.com/development/api-fundamentals/create-api-keys',
  },
  {
    id: 'klaviyo_key',
    name: 'a Klaviyo private API key',
    shapes: ['pk_<lhex:34>'],
    source: 'https://developers.klaviyo.com/en/docs/retrieve_api_credentials',
  },
  {
    id: 'smtp2go_key',
    name: 'an SMTP2GO API key',
    shapes: ['api-<upperalnum:32>'],
    source: 'https://developers.smtp2go.com/docs/getting-started',
  },
  {
    id: 'wecom_webhook',
    name: 'the address of a WeCom group robot',
    // The key in the page's example is a UUID, with some of its digits made unreadable.
    shapes: ['qyapi.weixin.qq.com/cgi-bin/webhook/send?key=<uuid>'],
    source: 'https://developer.work.weixin.qq.com/document/path/91770',
  },
  {
    id: 'twitch_chat_token',
    name: 'a token for Twitch’s chat',
    shapes: ['oauth:<loweralnum:30>'],
    source: 'https://dev.twitch.tv/docs/irc/authenticate-bot/',
  },
];
