import { crc32 } from 'node:zlib';

import {
  alphabet,
  base62,
  base64,
  base64url,
  digits,
  hex,
  letters,
  lowerAlnum,
  type RuleExamples,
  upperHex,
  uuid,
} from './examples.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base32Lower = alphabet('abcdefghijklmnopqrstuvwxyz234567');

/** Of `rules/messaging.ts`. */
export const MESSAGING_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'synapse_access_token',
    positives: [() => synapse('alice', 1), () => synapse('a.much.longer_name-than=that', 2)],
    misses: [() => `syt_${letters(20)}`, () => `syr_YWxpY2U_${letters(20)}_${base62(6)}`],
    forged: () => `syt_YWxpY2U_${letters(20)}_zzzzzz`,
  },
  {
    id: 'matrix_auth_token',
    positives: [
      () => matrixAuth('mat', 1),
      () => matrixAuth('mar', 2),
      () => matrixAuth('mct', 3),
      () => matrixAuth('mcr', 4),
    ],
    misses: [() => `mat_${base62(30)}`, () => `mau_${base62(30)}_${base62(6)}`],
    forged: () => `mat_${base62(30)}_zzzzzz`,
  },
  {
    id: 'discord_bot_token',
    positives: [
      () => `${discordId(18)}.${base64url(6)}.${base64url(27)}`,
      () => `${discordId(19)}.${base64url(6)}.${base64url(38)}`,
    ],
    misses: [
      () => `${discordId(19)}.${base64url(6)}`,
      () => `${discordId(19)}.${base64url(5)}.${base64url(38)}`,
    ],
    around: (token) => `DISCORD_TOKEN="${token}"\n`,
  },
  {
    id: 'google_chat_webhook',
    positives: [() => googleChat(39, 1), () => googleChat(39, 2)],
    misses: [
      () => `chat.googleapis.com/v1/spaces/${base62(11)}/messages`,
      () => `chat.googleapis.com/v1/spaces/${base62(11)}/messages?key=${base64url(39)}`,
    ],
    around: (token) => `POST https://${token}\n`,
  },
  {
    id: 'ably_key',
    positives: [
      () => `${base62(6)}.${base62(6)}:${base64url(43)}`,
      () => `${base62(6, 2)}.${base62(6, 2)}:${base64url(43, 2)}`,
    ],
    misses: [() => `${base62(6)}.${base62(6)}`, () => `${base62(6)}.${base62(6)}:${base64url(30)}`],
    around: (token) => `ABLY_API_KEY=${token}\n`,
  },
  {
    id: 'feishu_webhook',
    positives: [
      () => `open.feishu.cn/open-apis/bot/v2/hook/${uuid()}`,
      () => `open.larksuite.com/open-apis/bot/v2/hook/${uuid()}`,
    ],
    misses: [
      () => `open.feishu.cn/open-apis/bot/v3/info/${uuid()}`,
      () => 'open.feishu.cn/open-apis/bot/v2/hook/',
    ],
    around: (token) => `POST https://${token}\n`,
  },
  {
    id: 'voiceflow_key',
    positives: [() => `VF.DM.${hex(24)}.${base62(16)}`, () => `VF.WS.${hex(24)}.${base62(16)}`],
    misses: [() => `VF.DM.${hex(20)}`, () => `VF.XX.${hex(24)}.${base62(16)}`],
  },
  {
    id: 'twitch_stream_key',
    positives: [() => `live_${digits(8)}_${lowerAlnum(16)}`, () => `live_${digits(9)}_${base62(30)}`],
    misses: [() => `live_${digits(8)}`, () => `live_${lowerAlnum(8)}_${base62(10)}`],
  },
  {
    id: 'twilio_api_key',
    positives: [() => `SK${hex(32)}`, () => `SK${hex(32, 2)}`],
    misses: [() => `sk${hex(32)}`, () => `SK${hex(31)}`],
  },
  {
    id: 'intercom_token',
    positives: [() => `dG9rO${base64(54)}=`, () => `dG9rO${base64(54, 2)}=`],
    misses: [() => `dG9rO${base64(54)}`, () => `dG9rZ${base64(54)}=`],
  },
  {
    id: 'onesignal_key',
    positives: [() => `os_v2_app_${base32Lower(103)}`, () => `os_v2_org_${base32Lower(103)}`],
    misses: [() => `os_v2_app_${base32Lower(40)}`, () => 'os_v2_app_key'],
  },
  {
    id: 'telnyx_key',
    positives: [() => `KEY${upperHex(32)}_${base62(22)}`, () => `KEY${upperHex(32, 2)}_${base62(22, 2)}`],
    misses: [() => `KEY${upperHex(32)}`, () => `KEY_${upperHex(32)}_${base62(22)}`],
  },
  {
    id: 'klaviyo_key',
    positives: [() => `pk_${hex(34)}`, () => `pk_${hex(34, 2)}`],
    misses: [() => `pk_${hex(32)}`, () => `pk_live_${lowerAlnum(24)}`],
  },
  {
    id: 'smtp2go_key',
    positives: [() => `api-${upperHex(32)}`, () => `api-${upperHex(32, 2)}`],
    misses: [() => `api-${upperHex(31)}`, () => `api-${uuid()}`],
  },
  {
    id: 'wecom_webhook',
    positives: [
      () => `qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${uuid()}`,
      () => `qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${uuid(2)}`,
    ],
    misses: [
      () => `qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${hex(20)}`,
      () => `qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=${uuid()}`,
    ],
    around: (value) => `https://${value}`,
  },
  {
    id: 'twitch_chat_token',
    positives: [() => `oauth:${lowerAlnum(30)}`, () => `oauth:${lowerAlnum(30, 2)}`],
    misses: [() => `oauth:${lowerAlnum(20)}`, () => `auth:${lowerAlnum(30)}`],
    around: (value) => `PASS ${value}\nNICK me\n`,
  },
];

function discordId(count: number): string {
  return Buffer.from(`1${digits(count - 1)}`).toString('base64url');
}

function googleChat(length: number, seed: number): string {
  const space = `chat.googleapis.com/v1/spaces/${base62(11, seed)}`;
  return `${space}/messages?key=${base64url(length, seed)}&token=${base64url(43, seed)}`;
}

// With the checksum of node, not ours.
function synapse(name: string, seed: number): string {
  const local = Buffer.from(name).toString('base64').replace(/=+$/, '');
  const body = `syt_${local}_${letters(20, seed)}`;
  return `${body}_${digitsOf(crc32(body)).toReversed().join('').padStart(6, '0')}`;
}

function matrixAuth(kind: string, seed: number): string {
  const body = `${kind}_${base62(30, seed)}`;
  return `${body}_${digitsOf(crc32(body)).join('').padStart(6, '0')}`;
}

// The least first.
function digitsOf(value: number): string[] {
  return value === 0 ? [] : [DIGITS[value % 62] ?? '', ...digitsOf(Math.floor(value / 62))];
}
