/**
 * The error of a build that found no package records: what it looked for, what is there instead, and which preset would read that.
 */
import { CONFIG_NAME, type Config } from '../../config/config.ts';
import { detectPresets, formatPreset } from '../../config/detect-preset.ts';
import { formatKinds, kindsOf, mayBeMetadata } from '../../config/pattern/file-kinds.ts';
import { RepomillError } from '../../errors.ts';
import { listFiles } from '../../platform/files/list-files.ts';

/** Kinds of files that are named. */
const SHOWN_KINDS = 3;

/** What is known about an input without records. */
export interface WithoutRecords {
  /** Why what was found does not count. */
  readonly reasons: readonly string[];
  /** How to read what no reader recognises, if there is a way. */
  readonly hint: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The error for a directory without records. */
export async function noRecords(
  directory: string,
  config: Config,
  { reasons, hint, signal }: WithoutRecords,
): Promise<RepomillError> {
  const preset = presetOf(config);
  const other = await otherPreset(directory, preset);
  const way = other ?? hint ?? (preset === undefined ? `set \`inputs:\` in ${CONFIG_NAME} to read other files` : GUESS);
  const parts = [
    preset === undefined ? `tried: ${patternsOf(config)}` : `the preset ${preset} looks for ${patternsOf(config)}`,
    ...(await foundFiles(directory, signal)),
    way,
  ];
  // A preset takes no record of a different registry, whatever its query says.
  const isClear = reasons.length === 0 || (preset !== undefined && other !== undefined);
  const explained = isClear ? parts.join('; ') : '`repomill build --explain FILE` shows how a file is read';
  const withPreset = preset === undefined ? '' : ` with the preset ${preset}`;
  const because = reasons.map((reason) => `; ${reason}`).join('');
  return new RepomillError('metadata', `no package records found${withPreset}${because}; nothing was written`, {
    path: directory,
    hint: `${explained}, or add --allow-empty to publish a repository without packages`,
  });
}

/** The preset that all inputs are from. */
function presetOf({ inputs }: Config): string | undefined {
  const names = new Set(inputs.map(({ preset }) => preset?.name));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

function patternsOf({ inputs }: Config): string {
  return inputs.map(({ files }) => files).join(', ');
}

const GUESS = 'choose a preset that fits, let `repomill init DIR --from INPUT` guess';

/** The kinds of files in a directory that may be metadata, in a few words. */
async function foundFiles(directory: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const select = (path: string): true | undefined => (path !== CONFIG_NAME && mayBeMetadata(path) ? true : undefined);
  const { files } = await listFiles(directory, { select, leadsInto: () => 'anywhere' }, { signal });
  const kinds = kindsOf(files.map(({ path }) => path));
  return kinds.length === 0 ? [] : [`found ${formatKinds(kinds, SHOWN_KINDS)}`];
}

/**
 * What to do about files that a preset matches but does not fit; undefined without a preset.
 *
 * @param isMappable - whether a change of the preset's mapping may help, unless a different preset fits
 */
export async function misfitHint(directory: string, config: Config, isMappable: boolean): Promise<string | undefined> {
  const preset = presetOf(config);
  if (preset === undefined) return undefined;
  const other = await otherPreset(directory, preset);
  if (other === undefined && isMappable) return undefined;
  const way = other ?? `${GUESS}, or copy the preset and change it`;
  return `no file fits the preset ${preset}, which reads ${patternsOf(config)}; ${way}`;
}

/** What to write for the preset that fits the files, if it is not the one that was used. */
async function otherPreset(directory: string, preset: string | undefined): Promise<string | undefined> {
  const detected = await detectPresets(directory);
  const [first] = detected;
  if (first === undefined || detected.some(({ preset: name }) => name === preset)) return undefined;
  return `${first.file} looks like a different preset: write \`${formatPreset(first)}\``;
}
