/** A CI system that can be told of a secret by a line of output. */
export type CiSystem = 'github' | 'azure';

/** Which one this is, by what it sets in every job: GitHub Actions (and who copies it), Azure Pipelines. */
export function ciSystemOf(variables: Readonly<Record<string, string | undefined>>): CiSystem | undefined {
  if (variables['GITHUB_ACTIONS'] === 'true') return 'github';
  return variables['TF_BUILD']?.toLowerCase() === 'true' ? 'azure' : undefined;
}

/**
 * The lines that make a value a secret of the job: it is masked then in the output of later steps, too, which hallpass does not
 * see. The system takes them out of the log. A value of many lines is told line by line as well, for that is how it is printed.
 */
export function maskLines(system: CiSystem, value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST_LINE);
  const told = new Set(lines.length > 1 ? [value, ...lines] : [value]);
  const command = system === 'github' ? '::add-mask::' : '##vso[task.setsecret]';
  return [...told].map((text) => `${command}${escaped(text, system)}\n`);
}

/** Of the lines of a value, `{` is none that anybody wants to see masked everywhere. */
const SHORTEST_LINE = 8;

// actions/toolkit, packages/core/src/command.ts (escapeData); azure-pipelines-task-lib, taskcommand.ts.
function escaped(text: string, system: CiSystem): string {
  const percent = system === 'github' ? '%25' : '%AZP25';
  return text.replaceAll('%', percent).replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
