/** `repomill init`: a directory to start from. */

import { encodeText } from '../../bytes/bytes.ts';
import { CONFIG_NAME } from '../../config/config.ts';
import { formatError, formatProblem, RepomillError } from '../../errors.ts';
import { DEFAULT_LAYOUT, layoutNamed, layoutNames } from '../../layouts/layouts.ts';
import type { PackageRecord } from '../../model/record.ts';
import { siblingOf, writeNewFiles } from '../../platform/files/new-files.ts';
import { isRunByNpm } from '../../platform/process/process-figures.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { readTemplates } from '../../platform/templates.ts';
import { printableLine, truncateForMessage } from '../../text/printable.ts';
import { formatPackages, formatPlural } from '../../text/quantity.ts';
import { formatCommandLine } from '../../text/shell-word.ts';
import { type AnyCommand, defineCommand } from '../command.ts';

export const initCommand: AnyCommand = defineCommand({
  example: ['repomill init my-repository', 'start a repository in my-repository/'],
  options: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: '.',
        describe: 'Directory to write; existing files are never overwritten',
      })
      .option('layout', { choices: layoutNames, default: DEFAULT_LAYOUT, describe: 'Kind of tree to set up' })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'Directory of existing metadata: guess a repomill.yaml that reads it, and show ten records',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async ({ directory, layout, from, json }, terminal) => {
    if (directory === '') throw new RepomillError('usage', 'directory: expected a path, found nothing');
    if (from !== undefined) return initFrom(from, directory, json, terminal);
    const templates = await readTemplates(layout);
    await writeNewFiles(directory, templates);
    const files = templates.map((file) => file.path);
    const words = await layoutNamed(layout).load.words();
    const next = words.nextCommand(directory, (name) => siblingOf(directory, name));
    if (json) terminal.data(JSON.stringify({ directory, files, next }));
    else {
      for (const file of files) terminal.data(file);
      terminal.note(`wrote ${formatPlural(files.length, 'file')}; next:\n  ${formatNext(next)}`);
    }
    return undefined;
  },
});

/** Writes a configuration that was guessed from metadata, tries it, and shows the first records. */
async function initFrom(from: string, directory: string, json: boolean, terminal: Terminal): Promise<undefined> {
  const { guessConfig } = await import('../../guess.ts');
  const { text, undecided: guessed } = await guessConfig(from);
  await writeNewFiles(directory, [{ path: CONFIG_NAME, bytes: encodeText(text) }]);
  const config = directory === '.' ? CONFIG_NAME : `${directory}/${CONFIG_NAME}`;
  const next = ['repomill', 'build', from, '--config', config, '--out', siblingOf(directory, 'public')];
  const trial = await tryBuild(from, config, siblingOf(directory, '.repomill-trial'));
  const undecided = trial.problem === undefined || guessed.length > 0 ? guessed : [questionOf(trial)];
  if (json) {
    const { conflicts: _, ...tried } = trial;
    terminal.data(JSON.stringify({ directory, files: [CONFIG_NAME], undecided, ...tried, next }));
    return;
  }
  terminal.data(text.trimEnd());
  for (const record of trial.records) terminal.data(`  ${printableLine(formatSample(record))}`);
  for (const problem of trial.problems) terminal.note(printableLine(problem));
  for (const question of undecided) terminal.note(`to decide: ${printableLine(question)}`);
  terminal.note(
    trial.problem === undefined
      ? `wrote ${config}; ${formatPackages(trial.names, trial.packages)} would be published; next:`
      : `wrote ${config}, which does not build yet; after changing it:`,
  );
  terminal.note(`  ${formatNext(next)}`);
}

/** The result of a build that writes nothing. */
interface Trial {
  readonly packages: number;
  /** How many different names they have. */
  readonly names: number;
  readonly records: readonly PackageRecord[];
  readonly problem: string | undefined;
  readonly problems: readonly string[];
  /** How many of the problems are definitions of one package that differ. */
  readonly conflicts: number;
}

const SHOWN_RECORDS = 10;
const SHOWN_PROBLEMS = 5;

async function tryBuild(input: string, config: string, out: string): Promise<Trial> {
  const { build } = await import('../../build.ts');
  const { previewRecords } = await import('../../explain.ts');
  try {
    const { packages, names = packages } = await build({ input, config, out, dryRun: true });
    const records = await previewRecords({ input, config }, SHOWN_RECORDS);
    return { packages, names, records, problem: undefined, problems: [], conflicts: 0 };
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    const problems = error.problems.slice(0, SHOWN_PROBLEMS).map(formatProblem);
    const conflicts = problems.filter((problem) => problem.includes(' is also defined at ')).length;
    return { packages: 0, names: 0, records: [], problem: formatError(error), problems, conflicts };
  }
}

/** What to decide where a guess is complete, but a file is not as the others are. */
function questionOf({ problems, conflicts }: Trial): string {
  if (problems.length > 0 && conflicts === problems.length)
    return 'which of two files counts, or what tells their records apart: a field in the version, or fewer `files:`';
  return 'what to do about these records: mend them, map their fields, or leave them out with `invalid: skip`';
}

/** The fields that identify a record, those that clients use, and as many others as fit on a line. */
function formatSample({ name, version, arch, ...rest }: PackageRecord): string {
  const used = sampledFields.flatMap((field) => (Object.hasOwn(rest, field) ? [[field, rest[field]] as const] : []));
  const others = Object.entries(rest).filter(([field]) => !sampledFields.includes(field));
  const texts = [...used, ...others].map(([field, value]) => `${field}: ${truncateForMessage(JSON.stringify(value))}`);
  const first = `${name} ${version} (${typeof arch === 'string' ? arch : arch.join(', ')})`;
  const line = [first, ...texts].join(' · ');
  return truncateForMessage(line, LINE_LENGTH);
}

const sampledFields: readonly string[] = ['sha256', 'size', 'path', 'url', 'summary', 'homepage', 'licence'];

const LINE_LENGTH = 120;

/** A command line to paste. A repomill that npm runs is not on the PATH of the shell. */
function formatNext(next: readonly string[]): string {
  return printableLine(`${isRunByNpm() ? 'npx ' : ''}${formatCommandLine(next)}`);
}
