import {
  allowInsecureRequests,
  discovery,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  refreshTokenGrant,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { approveDevice, refuseDevice, WebForms } from '../helpers/web-forms.ts';
import { DEVICE_GRANT } from './helpers/hub-calls.ts';
import { TestHub } from './helpers/test-hub.ts';

const SCOPE = 'openid profile groups offline_access';

let hub: TestHub;
beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
});

function configuration() {
  // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out; this is 127.0.0.1
  const options = { execute: [allowInsecureRequests] };
  return discovery(new URL(hub.issuer), 'hallpass-cli', undefined, None(), options);
}

describe('device flow by openid-client, approved on the pages as a browser without script does', () => {
  test.each([
    ['developer', 'Dana Developer', ['engineering']],
    ['auditor', 'Alex Auditor', ['auditors']],
    ['stranger', 'Sam Stranger', []],
  ])('%s gets an ID token with name and groups', async (account, name, groups) => {
    const config = await configuration();
    const device = await initiateDeviceAuthorization(config, { scope: SCOPE });
    expect(device.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    const [tokens, page] = await Promise.all([
      pollDeviceAuthorizationGrant(config, device),
      approveDevice(String(device.verification_uri_complete), account),
    ]);
    expect(page).toContain('The terminal is connected');
    expect(tokens.claims()).toMatchObject({
      iss: hub.issuer,
      aud: 'hallpass-cli',
      sub: account,
      name,
      groups,
    });
  });

  test('the refresh token is renewed with each use, and works once', async () => {
    const config = await configuration();
    const { refresh_token: first } = await hub.signIn('developer');
    const renewed = await refreshTokenGrant(config, first);
    expect(renewed.claims()).toMatchObject({ sub: 'developer', groups: ['engineering'] });
    expect(renewed.refresh_token).not.toBe(first);
    await expect(refreshTokenGrant(config, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    // Somebody has a copy: the whole login ends.
    await expect(refreshTokenGrant(config, String(renewed.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('a login is revoked at its end', async () => {
    const config = await configuration();
    const { refresh_token: token } = await hub.signIn('developer');
    const body = new URLSearchParams({ client_id: 'hallpass-cli', token });
    const answer = await fetch(String(config.serverMetadata().revocation_endpoint), { method: 'POST', body });
    expect(answer.status).toBe(200);
    await expect(refreshTokenGrant(config, token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('who refuses is not signed in, and the terminal is told', async () => {
    const config = await configuration();
    const device = await initiateDeviceAuthorization(config, { scope: SCOPE });
    await refuseDevice(String(device.verification_uri_complete));
    await expect(pollDeviceAuthorizationGrant(config, device)).rejects.toMatchObject({
      error: 'access_denied',
    });
  });

  test('a code that is typed in is shown again before anybody signs in', async () => {
    const device = await startDevice();
    const browser = await WebForms.open(device.verification_uri);
    await browser.submit({ user_code: device.user_code.toLowerCase().replace('-', '') });
    expect(browser.html).toContain(`<code>${device.user_code}</code>`);
    await browser.submit();
    expect(browser.asks('password')).toBe(true);
    await browser.submit({ login: 'auditor', password: '' });
    expect(browser.html).toContain('The terminal is connected');
  });

  test('the next login in the same browser asks again who is there', async () => {
    const [first, second] = [await startDevice(), await startDevice()];
    const browser = await WebForms.open(first.verification_uri_complete);
    await browser.submit();
    await browser.submit({ login: 'developer', password: 'x' });
    expect(browser.html).toContain('The terminal is connected');
    await browser.open(second.verification_uri_complete);
    await browser.submit();
    expect(browser.asks('password')).toBe(true);
    await browser.submit({ login: 'auditor', password: 'x' });
    expect(browser.html).toContain('The terminal is connected');
  });
});

describe('pages', () => {
  test('need no script, allow none, and are neither framed nor kept', async () => {
    const device = await startDevice();
    const [asking, brought] = await Promise.all([
      fetch(device.verification_uri),
      fetch(device.verification_uri_complete),
    ]);
    for (const page of [asking, brought]) {
      const policy = page.headers.get('content-security-policy');
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await page.text()).not.toMatch(/<script|\bon\w+=|javascript:/i);
    }
  });

  test.each(['<script>alert(1)</script>', '"><img src=x>', 'WRONG-CODE', '%00'])(
    'a code that is none is an error, and nothing of it runs: %s',
    async (code) => {
      const { verification_uri: uri } = await startDevice();
      const brought = await (await fetch(`${uri}?user_code=${encodeURIComponent(code)}`)).text();
      const browser = await WebForms.open(uri);
      await browser.submit({ user_code: code });
      expect(browser.html).toContain('There is no such code');
      for (const html of [brought, browser.html]) expect(html).not.toMatch(/<script|<img/);
    },
  );

  test('a form that another site has filled in is refused', async () => {
    const device = await startDevice();
    const forged = { xsrf: '00'.repeat(24), user_code: device.user_code, confirm: 'yes' };
    const answer = await fetch(device.verification_uri, {
      method: 'POST',
      body: new URLSearchParams(forged),
    });
    expect([answer.status, hub.troubles]).toEqual([400, []]);
    const browser = await WebForms.open(device.verification_uri);
    await browser.submit(forged);
    expect(browser.asks('password')).toBe(false);
  });

  test('the sign-in page opens only in the browser that came to it', async () => {
    const browser = await WebForms.open((await startDevice()).verification_uri_complete);
    await browser.submit();
    const address = /action="([^"]+interaction[^"]+)"/.exec(browser.html)?.[1] ?? '';
    const body = new URLSearchParams({ login: 'developer', password: 'x' });
    const forged = await fetch(new URL(address, hub.url), { method: 'POST', body, redirect: 'manual' });
    expect(forged.status).toBe(400);
    expect(await forged.text()).toContain('has expired');
  });

  test('an account that is not there is asked for again', async () => {
    const browser = await WebForms.open((await startDevice()).verification_uri_complete);
    await browser.submit();
    await browser.submit({ login: '<b>root</b>', password: 'x' });
    expect(browser.html).toContain('There is no such account here');
    expect(browser.html).not.toContain('<b>root');
  });
});

test('a code works once, and before it is approved the terminal waits', async () => {
  const device = await startDevice();
  const poll = async () => {
    const body = new URLSearchParams({
      client_id: 'hallpass-cli',
      grant_type: DEVICE_GRANT,
      device_code: device.device_code,
    });
    const answer = await fetch(`${hub.issuer}/token`, { method: 'POST', body });
    return ((await answer.json()) as { error?: string }).error;
  };
  expect(await poll()).toBe('authorization_pending');
  await approveDevice(device.verification_uri_complete, 'developer');
  expect(await poll()).toBeUndefined();
  expect(await poll()).toBe('invalid_grant');
  expect(hub.troubles).toEqual([]);
});

async function startDevice(): Promise<{
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}> {
  const body = new URLSearchParams({ client_id: 'hallpass-cli', scope: SCOPE });
  const answer = await fetch(`${hub.issuer}/device/auth`, { method: 'POST', body });
  return (await answer.json()) as Awaited<ReturnType<typeof startDevice>>;
}
