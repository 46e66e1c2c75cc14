import type { FindingKind } from '../finding.ts';

/** What a rule finds that isn't a vendor's format, for people. */
export interface BuiltInRule {
  readonly id: string;
  readonly kind: Exclude<FindingKind, 'vendor'>;
  /** What is found, and what of it is hidden. */
  readonly what: string;
  /** The specification it goes by, where there is one. */
  readonly source?: string;
}

/** The rules that are written as code, in the order in which they are explained. */
export const BUILT_IN_RULES: readonly BuiltInRule[] = [
  {
    id: 'known',
    kind: 'known',
    what: 'a value that hallpass attached, an environment variable with a secret name, or a value the user added; in base64 and hex too',
  },
  {
    id: 'private_key',
    kind: 'structure',
    what: 'a PEM, OpenSSH or PGP private key block, also with its line ends escaped; the whole block',
    source: 'https://www.rfc-editor.org/rfc/rfc7468',
  },
  {
    id: 'jwt',
    kind: 'structure',
    what: 'a JSON Web Token whose header decodes to an object with `alg`, `typ`, `enc` or `kid`; the token',
    source: 'https://www.rfc-editor.org/rfc/rfc7519',
  },
  {
    id: 'url_password',
    kind: 'structure',
    what: '`scheme://user:password@host`; only the password',
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
  },
  {
    id: 'curl_password',
    kind: 'structure',
    what: '`curl -u user:…`; only the password',
    source: 'https://curl.se/docs/manpage.html#-u',
  },
  {
    id: 'command_password',
    kind: 'structure',
    what: '`sshpass -p …`, `mysql -p…`, `docker login -p …`, `redis-cli -a …`, `ldapsearch -w …` and their like; only the password',
  },
  {
    id: 'card',
    kind: 'structure',
    what: 'a payment card’s number whose check digit is right; only where `card` is asked for',
    source: 'https://www.iso.org/standard/70484.html',
  },
  {
    id: 'iban',
    kind: 'structure',
    what: 'an international bank account number of its country’s length whose check digits are right; only where `iban` is asked for',
    source: 'https://www.swift.com/resource/iban-registry-pdf',
  },
  {
    id: 'email',
    kind: 'structure',
    what: 'an e-mail address; only where `email` is asked for',
    source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2',
  },
  {
    id: 'phone',
    kind: 'structure',
    what: 'a telephone number with its country code; only where `phone` is asked for',
    source: 'https://www.itu.int/rec/T-REC-E.164',
  },
  {
    id: 'cookie',
    kind: 'context',
    what: 'the values of a `Cookie` or `Set-Cookie` header that look random',
    source: 'https://www.rfc-editor.org/rfc/rfc6265',
  },
  {
    id: 'secret_value',
    kind: 'context',
    what: 'a value given to a name of a credential, in .env, YAML, INI, JSON, XML, shell, code and headers, when it looks like one',
  },
  {
    id: 'service_key',
    kind: 'context',
    what: 'a random value next to the name of a service that hands out keys without a shape of their own',
  },
  {
    id: 'unnamed_token',
    kind: 'context',
    what: 'what has the form that services give their tokens, though no rule names the service: a short prefix, an underscore or dash, and 32 or more random letters and digits',
    source:
      'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/',
  },
  {
    id: 'secret_field',
    kind: 'field',
    what: 'what stands in a field named for nothing but secrets (`password`, `client_secret`), whatever it is',
  },
];
