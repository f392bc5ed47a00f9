/**
 * Files that no reader recognises, for a build without `inputs:`. Documents, pictures, programs and packages are nothing that a
 * person would want to be read, and a note about them would hide the one that matters: only what may be metadata is named, by its
 * kind, with a reader that can read it, if there is one.
 */
import { CONFIG_NAME, type Config } from '../../config/config.ts';
import { type FileKind, kindsOf, mayBeMetadata } from '../../config/pattern/file-kinds.ts';
import { defined } from '../../model/defined.ts';
import { quoteWord } from '../../text/shell-word.ts';
import { findFittingReader } from './try-readers.ts';

/** Files of one kind that were not read. */
export interface UnreadKind {
  /** A pattern for them: `**\/*.xml`. */
  readonly files: string;
  readonly count: number;
  /** One of them. */
  readonly example: string;
  /** A reader that can read them. */
  readonly reader?: string;
}

/** Files that were not read although they may be metadata. */
export interface UnreadFiles {
  /** The kinds with most files first. */
  readonly kinds: readonly UnreadKind[];
  /** What to write in the configuration, or to run, to have some of them read. */
  readonly hint?: string;
}

/** Kinds of which files are tried, and kinds of read files that a hint names. */
const MAX_KINDS = 5;

/**
 * Describes what was not read; undefined if there is nothing to tell.
 *
 * @param unrecognised - files that no reader recognises, relative to the directory
 * @param read - the files that were read
 */
export async function describeUnread(
  directory: string,
  { unrecognised, read }: { readonly unrecognised: readonly string[]; readonly read: readonly string[] },
  config: Config,
): Promise<UnreadFiles | undefined> {
  const kinds = kindsOf(unrecognised.filter(mayBeMetadata));
  if (kinds.length === 0) return undefined;
  const fitting = new Map<FileKind, string>();
  let areRecords = true;
  for (const kind of kinds.slice(0, MAX_KINDS)) {
    const found = await findFittingReader(directory, kind.paths);
    if (found === undefined) continue;
    fitting.set(kind, found.reader.name);
    areRecords &&= found.hasRecords;
  }
  const described = kinds.map((kind): UnreadKind => {
    const { files, paths } = kind;
    return defined({ files, count: paths.length, example: paths[0] ?? '', reader: fitting.get(kind) });
  });
  const guess = `let \`repomill init DIR --from ${quoteWord(directory)}\` guess how to read them`;
  const hint = fitting.size === 0 ? undefined : (areRecords && ruleHint(fitting, read, config)) || guess;
  return defined({ kinds: described, hint });
}

/** The inputs that read those files, too; undefined if that takes too many. */
function ruleHint(fitting: ReadonlyMap<FileKind, string>, read: readonly string[], config: Config): string | undefined {
  const known = kindsOf(read);
  if (known.length > MAX_KINDS) return undefined;
  const inputs = [
    ...known.map(({ files }) => JSON.stringify(files)),
    ...[...fitting].map(([{ files }, reader]) => `{ files: ${JSON.stringify(files)}, reader: ${reader} }`),
  ];
  const list = `inputs: [${inputs.join(', ')}]`;
  const text = config.file === undefined ? `{ name: ${config.name}, ${list} }` : list;
  return `to read more, write \`${text}\` in ${CONFIG_NAME}`;
}
