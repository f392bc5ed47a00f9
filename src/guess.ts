/**
 * Guesses a configuration for a directory of metadata in an unknown form (`repomill init --from`).
 */
import { type SampledFiles, sampleInput } from './catalogue/read/sample-input.ts';
import { defaultConfig } from './config/config.ts';
import { detectPreset } from './config/detect-preset.ts';
import { parseFilePattern } from './config/pattern/file-pattern.ts';
import { guessPattern } from './config/pattern/guess-pattern.ts';
import { RepomillError } from './errors.ts';
import { type GuessedMapping, guessMapping } from './mapping/guess-mapping.ts';
import { baseName } from './platform/files/read-files.ts';
import { formatYaml } from './platform/yaml/format-yaml.ts';

/** A guessed configuration. */
export interface GuessedConfig {
  /** The text of `repomill.yaml`, with the guesses explained. */
  readonly text: string;
  /** What a person must decide before a build works, a sentence each. */
  readonly undecided: readonly string[];
}

/** Kinds of files for which a mapping is guessed. */
const MAX_KINDS = 3;

/**
 * Guesses a configuration for a directory.
 *
 * @throws RepomillError `not-found` for a missing directory, `metadata` if no reader recognises a file in it
 */
export async function guessConfig(input: string): Promise<GuessedConfig> {
  const { name } = defaultConfig(baseName(input));
  const detected = await detectPreset(input);
  if (detected !== undefined) {
    const reason = `# ${detected.file} looks like the registry of this preset. For more, see templates/presets/${detected.preset}.yaml.`;
    return { text: `name: ${name}\n\n${reason}\npreset: ${detected.preset}\n`, undecided: [] };
  }
  const kinds = await sampleInput(input);
  if (kinds.length === 0) {
    throw new RepomillError('metadata', 'no reader recognises a file in this directory', { path: input });
  }
  const inputs = kinds.slice(0, MAX_KINDS).map(guessInput);
  const best = inputs.filter(({ undecided }) => undecided.length === 0);
  const chosen = best.length > 0 ? best : inputs.slice(0, 1);
  const text = [
    `name: ${name}`,
    '',
    '# Guessed from a sample of the files. docs/inputs.md explains each key.',
    'inputs:',
    ...chosen.flatMap(({ lines }) => lines),
    '',
  ].join('\n');
  return { text, undecided: chosen.flatMap(({ undecided }) => undecided) };
}

function formatRecords(records: readonly string[]): readonly string[] {
  const [only = '', ...others] = records.map(formatYaml);
  if (others.length === 0) return [`    records: ${only}`];
  return ['    records:', ...[only, ...others].map((path) => `      - ${path}`)];
}

interface GuessedInput extends Pick<GuessedMapping, 'undecided'> {
  readonly lines: readonly string[];
}

/** Guesses with the path of the files as it is, and if something is missing then, with the name in the path. */
function guessInput(kind: SampledFiles): GuessedInput {
  const plain = guessWith(kind, []);
  const named = plain.undecided.length === 0 ? plain : guessWith(kind, ['name']);
  return formatInput(kind, named.undecided.length < plain.undecided.length ? named : plain);
}

type Guess = GuessedMapping & { readonly files: string };

function guessWith({ paths, documents }: SampledFiles, fields: readonly string[]): Guess {
  const files = guessPattern(paths, fields);
  const { match } = parseFilePattern(files);
  return { files, ...guessMapping(documents, (path) => match(path) ?? {}) };
}

function formatInput({ reader, isRecognised }: SampledFiles, { files, rule, undecided }: Guess): GuessedInput {
  const { records, fields = {}, defaults, omit } = rule;
  const lines = [
    `  - files: ${formatYaml(files)}`,
    ...(isRecognised ? [] : [`    reader: ${reader}`]),
    ...(records === undefined ? [] : ['    # Where the records are in each document.', ...formatRecords(records)]),
    ...(Object.keys(fields).length === 0 ? [] : ['    # Ours: theirs.', '    fields:']),
    ...Object.entries(fields).map(([field, source]) => `      ${formatYaml(field)}: ${formatYaml(source)}`),
    ...(defaults === undefined
      ? []
      : [
          '    # No field or path names an architecture.',
          `    defaults: { ${Object.entries(defaults)
            .map(([field, value]) => `${field}: ${value}`)
            .join(', ')} }`,
        ]),
    ...(omit.length === 0 ? [] : [`    omit: [${omit.map(formatYaml).join(', ')}]`]),
    ...undecided.map((question) => `    # To decide: ${question}`),
  ];
  return { lines, undecided: undecided.map((question) => `${files}: ${question}`) };
}
