import { createDetector } from '../core/mask/detect.ts';
import { isSecretName } from '../core/mask/names.ts';
import { isSecretValue, passwordInUrl } from '../core/mask/secret-values.ts';

/** `${VAR}`, `${VAR:-default}`, `${env:NAME}`, `${workspaceFolder}`: what only the client fills in. */
export function hasReference(text: string): boolean {
  return /\$\{[^}]*\}/.test(text);
}

/** Whether a variable or header of that name has a secret for its value. */
export function isSecretSetting(name: string, value: string): boolean {
  if (hasReference(value)) return false;
  if (isSecretName(name) && isSecretValue(value)) return true;
  return holdsSecret(value) || createDetector().detect(Buffer.from(`${name}=${value}`)).length > 0;
}

/** Whether a secret stands in a text that has no name. */
export function holdsSecret(text: string): boolean {
  const password = passwordInUrl(text);
  if (password !== undefined && !hasReference(password)) return true;
  return createDetector().detect(Buffer.from(text)).length > 0;
}

/** Whether one of a command's arguments is a secret, or follows a flag or a name that says so. */
export function holdsSecretArgument(args: readonly string[]): boolean {
  return args.some((argument, index) => {
    if (hasReference(argument)) return false;
    const [, named, given] = /^-{0,2}([A-Za-z][\w.-]*)[=:]\s*(.+)$/s.exec(argument) ?? [];
    if (named !== undefined && given !== undefined && isSecretSetting(named, given)) return true;
    const flag = /^--?([A-Za-z][\w.-]*)$/.exec(args[index - 1] ?? '')?.[1];
    return holdsSecret(argument) || (flag !== undefined && isSecretSetting(flag, argument));
  });
}

/** Every secret in the settings of one server, wrapped or not, so that none of them is ever shown. */
export function secretsIn(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { env, headers } = entry as Record<string, unknown>;
  return [env, headers]
    .flatMap((settings) => Object.entries(typeof settings === 'object' && settings !== null ? settings : {}))
    .flatMap(([name, value]) => (typeof value === 'string' && isSecretSetting(name, value) ? [value] : []));
}
