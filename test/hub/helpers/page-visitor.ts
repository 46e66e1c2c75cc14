import type { TestHub } from './test-hub.ts';

/** What a visitor got. */
export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
}

/** A browser without script at a hub's pages: cookies, redirects, refreshes, forms, and the headers that browsers send. */
export class PageVisitor {
  readonly #hub: { readonly url: string };
  readonly #cookies = new Map<string, string>();

  constructor(hub: { readonly url: string }) {
    this.#hub = hub;
  }

  /** Somebody who has just signed in. */
  static async of(hub: TestHub, account: string): Promise<PageVisitor> {
    const visitor = new PageVisitor(hub);
    await visitor.signIn(account);
    return visitor;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  async signIn(account: string, to = '/approvals', more: Record<string, string> = {}): Promise<Visit> {
    const page = await this.get(`/login?to=${to}`);
    const action = /<form[^>]*action="([^"]+)"/.exec(page.html)?.[1] ?? '';
    return this.#visit(
      new URL(action, page.url),
      { login: account, password: 'any', ...more },
      this.#hub.url,
    );
  }

  get(path: string): Promise<Visit> {
    return this.#visit(new URL(path, this.#hub.url), undefined, null);
  }

  /** Posts a form by hand. `origin` null: none is sent. */
  post(path: string, fields: Record<string, string>, origin: string | null = this.#hub.url): Promise<Visit> {
    return this.#visit(new URL(path, this.#hub.url), fields, origin);
  }

  /** Opens an approval and presses a button on its page. */
  async decide(
    id: string,
    verdict: 'approve' | 'deny' | 'break_glass',
    reason = 'looked at it',
  ): Promise<Visit> {
    const { html } = await this.get(`/approvals/${id}`);
    const [, token = ''] = /decisions"[^]*?name="token" value="([^"]+)"/.exec(html) ?? [];
    const fields = { token, verdict, reason, sure: 'yes' };
    return this.post(`/approvals/${id}/decisions`, fields);
  }

  async #visit(url: URL, fields: Record<string, string> | undefined, origin: string | null): Promise<Visit> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie,
        ...(fields !== undefined && origin !== null && { origin }),
      },
      ...(fields !== undefined && { method: 'POST', body: new URLSearchParams(fields) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      return this.#visit(new URL(location, url), undefined, null);
    }
    const html = await response.text();
    const next = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(html)?.[1];
    if (next !== undefined) return this.#visit(new URL(next, url), undefined, null);
    return { status: response.status, url: url.href, html, headers: response.headers };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    this.keep(name, value);
  }

  /** Has it have this cookie; an empty one is taken away. */
  keep(name: string, value: string): void {
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
