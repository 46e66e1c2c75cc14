import type { BundleDeps } from '../app/export-session.ts';
import type { SignerFiles, VerifyDeps } from '../app/verify.ts';
import { visible } from '../core/visible.ts';
import { authorityLines, writeAuthorities } from '../platform/allowed-signers.ts';
import { readEnvironment } from '../platform/environment.ts';
import { fileExists } from '../platform/files.ts';
import { hallpassPaths, type Paths } from '../platform/paths.ts';
import { SessionDirectory } from '../platform/session-directory.ts';
import type { Terminal } from './terminal.ts';

/** Wires looking at sessions to this machine. The vault and all behind it load only when a seal is to be made or checked. */
export function sessionsDeps(terminal: Terminal): VerifyDeps & { readonly sessions: SessionDirectory } {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const signer = once(async () => {
    const { openDeviceVault } = await import('./compose.ts');
    return (await openDeviceVault(environment, paths)).signer;
  });
  return {
    sessions: new SessionDirectory(paths.sessionsDir, signer),
    note: (line) => terminal.note(`hallpass: ${visible(line, { oneLine: true })}`),
    trust: async (allowedSigners) => {
      const [{ deviceVaultDeps }, { trustedSigners }] = await Promise.all([
        import('./compose.ts'),
        import('../platform/trusted-signers.ts'),
      ]);
      return trustedSigners(allowedSigners, deviceVaultDeps(environment, paths));
    },
    hubs: async () => {
      // Of all that nothing loads on a machine where nobody ever logged in.
      if (!fileExists(paths.credentialsDir)) return [];
      const { pinnedHubs } = await import('./compose-pins.ts');
      return pinnedHubs(environment, paths);
    },
    signers: signerFiles(paths),
  };
}

/** Where OpenSSH finds whom to believe. */
export function signerFiles(paths: Paths): SignerFiles {
  return {
    device: paths.allowedSignersFile,
    writeAuthorities: (authorities) => {
      writeAuthorities(paths.hubSignersFile, authorities);
      return paths.hubSignersFile;
    },
  };
}

/** What exporting a bundle needs besides. This machine's key tells nothing of a session that is not its own. */
export async function bundleDeps(
  base: VerifyDeps,
  { isOurs }: { readonly isOurs: boolean },
): Promise<BundleDeps> {
  const { createDirectory, createTextFile, readText } = await import('../platform/export-files.ts');
  const device = isOurs ? readText(base.signers.device) : undefined;
  const hubs = authorityLines((await base.hubs()).map(({ authority }) => authority));
  return {
    ...base,
    makeDirectory: createDirectory,
    writeFile: createTextFile,
    allowedSigners: device === undefined && hubs === '' ? undefined : `${device ?? ''}${hubs}`,
  };
}

/** A new file for an export. */
export async function jsonSink(path: string): Promise<{ write(text: string): void; close(): void }> {
  const { createTextSink } = await import('../platform/export-files.ts');
  return createTextSink(path);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
