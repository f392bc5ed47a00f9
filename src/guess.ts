/**
 * Guesses a configuration for a directory of metadata in an unknown form (`repomill init --from`).
 */
import { type SampledFiles, sampleInput } from './catalogue/read/sample-input.ts';
import { defaultConfig } from './config/config.ts';
import { detectPreset, formatPreset } from './config/detect-preset.ts';
import { findAptTree } from './config/find-apt-tree.ts';
import { formatKinds, kindsOf } from './config/pattern/file-kinds.ts';
import { parseFilePattern } from './config/pattern/file-pattern.ts';
import { guessPattern } from './config/pattern/guess-pattern.ts';
import { RepomillError } from './errors.ts';
import { layouts } from './layouts/layouts.ts';
import { type GuessedMapping, guessMapping } from './mapping/guess-mapping.ts';
import { guessOrder } from './mapping/guess-order.ts';
import { compareText } from './model/order.ts';
import { listFiles } from './platform/files/list-files.ts';
import { baseName } from './platform/files/read-files.ts';
import { formatYaml } from './platform/yaml/format-yaml.ts';
import { publishedMembership } from './publish/published-trees.ts';
import { readerNames } from './readers/readers.ts';

/** A guessed configuration. */
export interface GuessedConfig {
  /** The text of `repomill.yaml`, with the guesses explained. */
  readonly text: string;
  /** What a person must decide before a build works, a sentence each. */
  readonly undecided: readonly string[];
}

/** Kinds of files for which a mapping is guessed, and that are named in an error. */
const MAX_KINDS = 12;

/** The most files that a pattern names one by one. */
const MAX_NAMED_FILES = 16;

/**
 * Guesses a configuration for a directory.
 *
 * @throws RepomillError `not-found` for a missing directory, `metadata` if no reader reads a file in it
 */
export async function guessConfig(input: string): Promise<GuessedConfig> {
  const { name } = defaultConfig(baseName(input));
  if ((await findAptTree(input)) !== undefined) {
    const reason = '# This is an apt repository: without `inputs:`, its Release files say what to read.';
    const layout = '# Without this, it becomes a repository of the native layout.\nlayout: apt';
    return { text: `name: ${formatYaml(name)}\n\n${reason}\n\n${layout}\n`, undecided: [] };
  }
  const detected = await detectPreset(input);
  if (detected !== undefined) {
    const reason = `# ${detected.file} looks like the registry of this preset. For more, see templates/presets/${detected.preset}.yaml.`;
    return { text: `name: ${formatYaml(name)}\n\n${reason}\n${formatPreset(detected)}\n`, undecided: [] };
  }
  const kinds = await sampleInput(input, publishedMembership(layouts));
  const paths = await pathsIn(input);
  for (const { load } of layouts) {
    const lines = (await load.words()).guess?.({ paths, readers: kinds.map(({ reader }) => reader) });
    if (lines !== undefined) return { text: [`name: ${formatYaml(name)}`, ...lines, ''].join('\n'), undecided: [] };
  }
  if (kinds.length === 0) throw nothingToRead(input, paths);
  const guesses = kinds.slice(0, MAX_KINDS).map((kind) => guessInput(kind, name));
  const { chosen, notes } = chooseInputs(guesses);
  const order = guessOrder(chosen.flatMap(({ records }) => [...records.keys()].map(versionIn)));
  const text = [
    `name: ${formatYaml(name)}`,
    ...(order === undefined ? [] : [`versions: ${order}`]),
    '',
    '# Guessed from a sample of the files. docs/inputs.md explains each key.',
    'inputs:',
    ...chosen.flatMap(describeInput),
    ...notes.map((note) => `  # ${note}`),
    '',
  ].join('\n');
  return {
    text,
    undecided: chosen.flatMap(({ files, undecided }) => undecided.map((question) => `${files}: ${question}`)),
  };
}

async function pathsIn(input: string): Promise<readonly string[]> {
  const { files } = await listFiles(input, {
    ...{ select: () => true, leadsInto: () => 'anywhere', excludes: publishedMembership(layouts) },
  });
  return files.map(({ path }) => path).sort(compareText);
}

function nothingToRead(input: string, paths: readonly string[]): RepomillError {
  const kinds = kindsOf(paths);
  const found = kinds.length === 0 ? 'no files' : formatKinds(kinds, MAX_KINDS);
  return new RepomillError('metadata', `no reader reads a file in this directory; found ${found}`, {
    path: input,
    hint: `readers: ${readerNames.join(', ')}`,
  });
}

/** A guess for the files of one kind. */
interface Guess extends GuessedMapping {
  readonly kind: SampledFiles;
  readonly files: string;
  /** A query for the records to take. */
  readonly where?: string;
}

/** Guesses with the path of the files as it is, then with the name in the path, then with the name of the repository. */
function guessInput(kind: SampledFiles, repository: string): Guess {
  const attempts = [
    () => guessWith(kind, guessPattern(kind.paths, ['name'])),
    // Records of one file without a name are versions of one package.
    ...(kind.paths.length > 1 ? [] : [() => guessWith(kind, guessPattern(kind.paths, []), repository)]),
  ];
  let best = guessWith(kind, guessPattern(kind.paths, []));
  for (const attempt of attempts) {
    if (best.undecided.length === 0) break;
    const guess = attempt();
    if (guess.undecided.length < best.undecided.length) best = guess;
  }
  return best;
}

function guessWith(kind: SampledFiles, files: string, name?: string): Guess {
  const { match } = parseFilePattern(files);
  const options = {
    fieldsOf: (path: string) => match(path) ?? {},
    numbersAreTexts: kind.reader === 'yaml',
    ...(name === undefined ? {} : { name }),
  };
  return { kind, files, ...guessMapping(kind.documents, options) };
}

/** The guesses that go together, and why others do not. */
interface ChosenInputs {
  readonly chosen: readonly Guess[];
  readonly notes: readonly string[];
}

/** Takes the guesses that are complete and do not have each other's packages; if none is complete, the first. */
function chooseInputs(guesses: readonly Guess[]): ChosenInputs {
  const most = guesses.toSorted((a, b) => b.count - a.count);
  // What has a handful of records beside thousands is about something else.
  const relevant = guesses.filter(({ count }) => count >= (most[0]?.count ?? 0) / 100);
  const complete = relevant.filter(({ undecided }) => undecided.length === 0);
  if (complete.length === 0) return { chosen: most.slice(0, 1), notes: [] };
  const chosen: Guess[] = [];
  const notes: string[] = [];
  for (const guess of complete.toSorted((a, b) => b.records.size - a.records.size)) {
    const other = chosen.find(({ records }) => [...guess.records.keys()].some((key) => records.has(key)));
    if (other === undefined) chosen.push(guess);
    else notes.push(`Left out: ${guess.files}, which has packages of ${other.files}, too.`);
  }
  const dropped = guesses.filter((guess) => !chosen.includes(guess));
  for (const { files, undecided } of dropped) {
    const [question] = undecided[0]?.split(' (`') ?? [];
    if (question !== undefined) notes.push(`Left out: ${files}, of which it is not clear ${question}.`);
  }
  const apart = chosen.map((guess) =>
    keepApart(
      guess,
      dropped.flatMap(({ kind }) => kind.paths),
    ),
  );
  // The first pattern that matches counts, so the narrowest comes first.
  const all = guesses.flatMap(({ kind }) => kind.paths);
  const breadth = ({ files }: Guess): number =>
    all.filter((path) => parseFilePattern(files).match(path) !== undefined).length;
  return { chosen: apart.toSorted((a, b) => breadth(a) - breadth(b)), notes };
}

/** Changes a guess so that it does not read the files of another kind that its pattern matches. */
function keepApart(guess: Guess, others: readonly string[]): Guess {
  const { match } = parseFilePattern(guess.files);
  const { paths } = guess.kind;
  if (!others.some((path) => match(path) !== undefined)) return guess;
  if (paths.length <= MAX_NAMED_FILES && !guess.files.includes('<')) return { ...guess, files: nameAll(paths) };
  return guess.rule.records === undefined ? { ...guess, where: 'version' } : guess;
}

function nameAll(paths: readonly string[]): string {
  const names = paths.map((path) => guessPattern([path], []));
  return names.length === 1 ? (names[0] ?? '') : `{${names.join(',')}}`;
}

function versionIn(key: string): string {
  const [, version] = JSON.parse(key) as readonly unknown[];
  return String(version);
}

function describeInput({ kind: { reader, isRecognised }, files, where, rule, undecided }: Guess): readonly string[] {
  const { records, fields = {}, defaults, omit } = rule;
  return [
    `  - files: ${formatYaml(files)}`,
    ...(isRecognised ? [] : [`    reader: ${reader}`]),
    ...(records === undefined ? [] : ['    # Where the records are in each document.', ...formatRecords(records)]),
    ...(where === undefined ? [] : ['    # Other files have none.', `    where: ${formatYaml(where)}`]),
    ...formatFields(fields),
    ...(defaults === undefined ? [] : formatDefaults(defaults, fields)),
    ...(omit.length === 0 ? [] : [`    omit: [${omit.map(formatYaml).join(', ')}]`]),
    ...undecided.map((question) => `    # To decide: ${question}`),
  ];
}

function formatRecords(records: readonly string[]): readonly string[] {
  const [only = '', ...others] = records.map(formatYaml);
  if (others.length === 0) return [`    records: ${only}`];
  return ['    records:', ...[only, ...others].map((path) => `      - ${path}`)];
}

/** With a hint where a version is a number in JSON, which is read without the zeros at its end. */
function formatFields(fields: Readonly<Record<string, string>>): readonly string[] {
  const lines = Object.entries(fields).flatMap(([field, source]) => [
    ...(field === 'version' && /^\{[^{}]+\}$/.test(source)
      ? ['      # Some are numbers: 1.10 and 1.1 are the same.']
      : []),
    `      ${formatYaml(field)}: ${formatYaml(source)}`,
  ]);
  return lines.length === 0 ? [] : ['    # Ours: theirs.', '    fields:', ...lines];
}

function formatDefaults(
  defaults: NonNullable<GuessedMapping['rule']['defaults']>,
  fields: Readonly<Record<string, string>>,
): readonly string[] {
  const members = Object.entries(defaults).map(([field, value]) => `${field}: ${formatYaml(String(value))}`);
  const none =
    fields.arch === undefined ? 'No field or path names an architecture.' : 'Some records name no architecture.';
  const why = 'arch' in defaults ? none : 'All records are versions of one package.';
  return [`    # ${why}`, `    defaults: { ${members.join(', ')} }`];
}
