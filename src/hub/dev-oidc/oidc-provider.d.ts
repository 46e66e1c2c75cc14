// The part of oidc-provider (which ships no types) that the development provider uses.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface OidcContext {
    readonly params: Readonly<Record<string, unknown>>;
    readonly client: { readonly clientId: string };
    readonly session: {
      readonly accountId?: string;
      readonly state: { secret: string };
      destroy(): Promise<void>;
    };
    readonly requestParamScopes: ReadonlySet<string>;
    readonly provider: Provider;
    urlFor(route: string): string;
  }

  export interface KoaContext {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | string[] | undefined>>;
    querystring: string;
    readonly state: Record<string, unknown>;
    readonly oidc: OidcContext;
    status: number;
    type: string;
    body: unknown;
    respond?: boolean;
    set(headers: Readonly<Record<string, string>>): void;
  }

  export interface InteractionDetails {
    readonly uid: string;
    readonly params: Readonly<Record<string, unknown>>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (properties: { accountId: string | undefined; clientId: string }) => Grant;
    use(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): this;
    on(event: 'server_error', listener: (context: KoaContext, error: Error) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<InteractionDetails>;
    interactionFinished(
      ...input: [IncomingMessage, ServerResponse, result: object, { mergeWithLastSubmission: boolean }]
    ): Promise<void>;
  }
}
