import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import type { Done } from './compose-run.ts';
import { leakText } from './present-run.ts';
import { addStepSummary } from './step-summary.ts';

/**
 * The command has ended: tells what became of it, and takes the session where it belongs. Returns the command's exit code.
 *
 * @throws {HallpassError} ERR_RECORD_FAILED, ERR_UPLOAD_FAILED, ERR_SECRETS_FOUND
 */
export async function finishRun(
  { result, upload, presenter, recover }: Done,
  { failOnLeak, required }: { failOnLeak: boolean; required: boolean },
): Promise<number> {
  presenter.ended(result);
  const uploaded = await upload.finish();
  presenter.uploaded(uploaded);
  const summary = readEnvironment().variables['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '')
    addStepSummary(summary, { result, uploaded }, (line) => presenter.note(line));
  await recover();
  if (!result.sealed) throw new HallpassError('ERR_RECORD_FAILED', result.why ?? 'the session is not sealed');
  if (required && uploaded?.error !== undefined)
    throw new HallpassError('ERR_UPLOAD_FAILED', uploaded.error.message, { cause: uploaded.error });
  const [leak] = result.leaks;
  if (failOnLeak && leak !== undefined) {
    const more = result.leaked > 1 ? `, and ${result.leaked - 1} more` : '';
    throw new HallpassError('ERR_SECRETS_FOUND', `the command printed a secret: ${leakText(leak)}${more}`, {
      hint: `Rotate it, and have the command keep it to itself. hallpass sessions show ${result.session}`,
    });
  }
  return result.end.code;
}
