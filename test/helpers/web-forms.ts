/** A browser without script: keeps cookies, follows redirects, fills in and posts forms. */
export class WebForms {
  readonly #cookies = new Map<string, string>();
  #at: string;
  #html = '';

  private constructor(at: string) {
    this.#at = at;
  }

  static async open(url: string): Promise<WebForms> {
    const browser = new WebForms(url);
    await browser.#load(url, { method: 'GET' });
    return browser;
  }

  /** Goes to another page; cookies stay. */
  async open(url: string): Promise<void> {
    await this.#load(url, { method: 'GET' });
  }

  get html(): string {
    return this.#html;
  }

  get hasForm(): boolean {
    return /<form\b/i.test(this.#html);
  }

  /** Posts the page's first form with its hidden fields and these; loads what comes back. */
  async submit(fields: Record<string, string> = {}): Promise<void> {
    const form = /<form\b([^>]*)>([^]*?)<\/form>/i.exec(this.#html);
    if (form === null) throw new Error(`no form at ${this.#at}`);
    const [, attributes = '', inside = ''] = form;
    const hidden = [...inside.matchAll(/<input\b[^>]*type="hidden"[^>]*>/gi)].map(
      ([input]) => [attribute(input, 'name'), attribute(input, 'value')] as const,
    );
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields });
    await this.#load(new URL(attribute(attributes, 'action') || this.#at, this.#at).href, {
      method: 'POST',
      body,
    });
  }

  asks(field: string): boolean {
    return new RegExp(`<input\\b[^>]*name="${field}"`, 'i').test(this.#html);
  }

  async #load(url: string, init: RequestInit): Promise<void> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location !== null) return this.#load(new URL(location, url).href, { method: 'GET' });
    this.#at = url;
    this.#html = await response.text();
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/**
 * Approves a device login on the provider's own pages, as a person would: confirm the code, log in, consent. Returns the
 * last page.
 */
export async function approveDevice(verificationUriComplete: string, login: string): Promise<string> {
  const browser = await WebForms.open(verificationUriComplete);
  // The pages are at most: the code, its confirmation, login, consent.
  for (let page = 0; page < 8 && browser.hasForm; page += 1) {
    if (browser.asks('password')) await browser.submit({ login, password: 'any' });
    else await browser.submit({ confirm: 'yes' });
  }
  return browser.html;
}

/** Refuses it. */
export async function refuseDevice(verificationUriComplete: string): Promise<void> {
  const browser = await WebForms.open(verificationUriComplete);
  await browser.submit();
  await browser.submit({ abort: 'yes' });
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '';
  return value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
