import { ensureLogin } from '../app/ensure-login.ts';
import { knownHub, login } from '../app/login.ts';
import { freshLogin } from '../identity/id-token.ts';
import { hubDeps, type Identity, loginDeps } from './compose-identity.ts';
import { confirm } from './confirm.ts';
import { qrDrawer, textPresenter } from './present-login.ts';
import type { Terminal } from './terminal.ts';

/** Sees to it that somebody is logged in, by asking the person at the terminal where nobody is. Throws ERR_AUTH. */
export async function offerLogin(identity: Identity, terminal: Terminal): Promise<void> {
  const { state, environment } = identity;
  await ensureLogin({
    check: () => freshLogin(hubDeps(identity)),
    hub: knownHub(state, environment.hub),
    confirm: (question) => confirm(question, { usually: true }),
    logIn: async (hub) => {
      // The result of the command is still to come, and stdout is for that.
      const presenter = textPresenter(
        { ...terminal, result: (line) => terminal.note(line) },
        await qrDrawer(terminal),
      );
      const options = { profile: state.profile, browser: true, state };
      const deps = await loginDeps(options, presenter, terminal);
      presenter.done(await login({ hub, acceptNewKeys: false }, deps));
    },
  });
}
