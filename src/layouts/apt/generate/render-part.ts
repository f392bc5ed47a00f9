/**
 * Part of a slice: the stanzas of some of its records, as an entry of the workspace. Its body has the texts, its head a row for each.
 */
import { ByteWriter } from '../../../bytes/bytes.ts';
import { readRecords } from '../../../catalogue/batch.ts';
import { type PackedContents, unpackContents } from '../../../catalogue/packed-contents.ts';
import type { Listing } from '../../../model/listing.ts';
import { archesOf, type PackageRecord } from '../../../model/record.ts';
import { nameOfText } from '../../../platform/hash/sha256.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { poolPath, sourceName } from '../format/pool-path.ts';
import { formatStanza } from '../format/stanza.ts';
import { findFlaw } from './find-flaw.ts';
import { componentOf, type ListedStanza, SOURCE } from './suites.ts';

/** Where records are listed, and which queries of suites they match. */
export type StanzaMembership = Pick<ListedStanza, 'lists' | 'subsets'>;

/** Renders a part. */
export interface RenderPartJob {
  /** Its name in the workspace. Undefined if its slice has conflicts: it is only searched for flaws, and must not be found again. */
  readonly name: string | undefined;
  readonly refs: PackedContents;
  /** For each record, the position of its membership. */
  readonly members: readonly number[];
  readonly memberships: readonly StanzaMembership[];
  readonly choices: RenderChoices;
}

/** What is rendered. */
export interface RenderChoices {
  /** Whether files are put into the pool. */
  readonly isPooled: boolean;
  /** Whether rows say which file they are about. */
  readonly hasFiles: boolean;
}

/** The tasks of this stage. */
export interface RenderTasks {
  renderPart(job: RenderPartJob): Promise<RenderResult>;
}

/** Problems of records, by their position; if there are none, the part. */
export type RenderResult =
  | { readonly problems: readonly (readonly [position: number, message: string])[] }
  | RenderedPart;

/** A part: columns with a row for each stanza. */
export interface RenderedPart {
  readonly names: readonly string[];
  readonly versions: readonly string[];
  readonly arches: readonly string[];
  /** Positions in `memberships`. */
  readonly members: readonly number[];
  /** Bytes of the text, with the empty line at its end. */
  readonly sizes: readonly number[];
  /** Lines of the text, with the empty one. */
  readonly lines: readonly number[];
  /** SHA-256 of the text in base64url. */
  readonly keys: readonly string[];
  readonly memberships: readonly StanzaMembership[];
  /** The file of each row in the archive, and its section, if they were asked for. */
  readonly files: readonly (readonly [path: string, section: string])[];
  /** Paths in the input and in the archive, where they differ. Records of two sources may have one file. */
  readonly moved: readonly (readonly [from: string, to: string])[];
  /** Fields that stanzas cannot say. */
  readonly left: readonly string[];
}

// The version grows whenever the same records lead to different stanzas.
const stanzasSlot = defineSlot<RenderedPart>('stanzas', 5);

/** The name under which a part is remembered. */
export function nameOfPart(part: readonly Listing[], choices: RenderChoices): string {
  return stanzasSlot.nameOf([
    choices,
    part.map(({ content, listedBy, subsets }) => [content.sha256, listedBy, subsets]),
  ]);
}

/** A part that is remembered. */
export function recallPart(name: string, workspace: Workspace): RenderedPart | undefined {
  return stanzasSlot.read(name, workspace);
}

/** A question about the stanzas of a part, by their rows. Few of them differ in where they belong, so few answers are worked out. */
export function askStanzas(
  { arches, members, memberships }: RenderedPart,
  question: (stanza: ListedStanza) => boolean,
): (row: number) => boolean {
  const answers = new Map<string, boolean>();
  return (row) => {
    const arch = arches[row] ?? '';
    const member = members[row] ?? 0;
    const key = `${member} ${arch}`;
    const answer = answers.get(key) ?? question({ arch, lists: [], subsets: [], ...memberships[member] });
    answers.set(key, answer);
    return answer;
  };
}

/** The task. */
export function renderPartTask(job: RenderPartJob, workspace: Workspace): RenderResult {
  const problems: [number, string][] = [];
  const texts = new ByteWriter();
  const moved = new Map<string, readonly [from: string, to: string]>();
  const left = new Set<string>();
  const files: [string, string][] = [];
  const columns = {
    ...{ names: [] as string[], versions: [] as string[], arches: [] as string[], keys: [] as string[] },
    ...{ members: [] as number[], sizes: [] as number[], lines: [] as number[] },
  };
  for (const [position, record] of readRecords(unpackContents(job.refs), workspace).entries()) {
    const flaw = findFlaw(record);
    if (flaw !== undefined) {
      problems.push([position, flaw]);
      continue;
    }
    const member = job.members[position] ?? 0;
    const path = job.choices.isPooled ? placeOf(record, job.memberships[member]) : undefined;
    if (path !== undefined) for (const move of movesOf(record, path)) moved.set(move.join('\n'), move);
    for (const arch of archesOf(record)) {
      const stanza = formatStanza(record, { path, arch: arch === SOURCE ? undefined : arch });
      for (const field of stanza.left) left.add(field);
      const text = `${stanza.text}\n`;
      const start = texts.length;
      texts.text(text);
      if (job.choices.hasFiles) files.push([path ?? textOf(record.path), textOf(record.Section)]);
      columns.names.push(record.name);
      columns.versions.push(record.version);
      columns.arches.push(arch);
      columns.members.push(member);
      columns.sizes.push(texts.length - start);
      columns.lines.push(countLines(text));
      columns.keys.push(nameOfText(text));
    }
  }
  if (problems.length > 0) return { problems };
  const part = { ...columns, memberships: job.memberships, files, moved: [...moved.values()], left: [...left] };
  if (job.name !== undefined) stanzasSlot.write(job.name, part, workspace, [texts.take()]);
  return part;
}

/** The files of a package that have a different path in the archive. Those of a source package are in one directory. */
function movesOf(record: PackageRecord, path: string): readonly (readonly [from: string, to: string])[] {
  const before = record.path;
  if (typeof before !== 'string' || before === path) return [];
  const others = archesOf(record).includes(SOURCE) ? sourceFilesOf(record) : [];
  const inDirectory = (of: string, name: string): string => `${of.slice(0, of.lastIndexOf('/') + 1)}${name}`;
  return [[before, path], ...others.map((name) => [inDirectory(before, name), inDirectory(path, name)] as const)];
}

/** Names of the files of a source package: the last word of each line of its list. */
function sourceFilesOf(record: PackageRecord): readonly string[] {
  const list = record['Checksums-Sha256'];
  const lines = typeof list === 'string' ? list.split('\n') : [];
  return lines.flatMap((line) => /^\s*[0-9a-f]{64}\s+[0-9]+\s+(\S+)\s*$/.exec(line)?.[1] ?? []);
}

function placeOf(
  record: Readonly<Record<string, unknown>>,
  membership: StanzaMembership | undefined,
): string | undefined {
  const { path, name } = record;
  if (typeof path !== 'string') return undefined;
  const source = sourceName(record.Source, String(name));
  return poolPath({ path, source, component: componentOf(membership ?? { lists: [] }) });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
