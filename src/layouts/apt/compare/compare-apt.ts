/**
 * Compares two apt archives, index by index. An index whose digest is the same on both sides is not read. Of the others, only
 * stanzas that differ are kept in memory: each index is read once to find them, and the older one once more to take them.
 */
import { RepomillError, throwIfAborted } from '../../../errors.ts';
import { compareText } from '../../../model/order.ts';
import { type PackageRecord, recordKey } from '../../../model/record.ts';
import { compareRecordSets, mergeChanges, type RecordChanges } from '../../../model/record-changes.ts';
import { compareVersions } from '../../../model/versions/debian.ts';
import { nameOfText } from '../../../platform/hash/sha256.ts';
import { formatList } from '../../../text/word-list.ts';
import type { Comparer, Comparison } from '../../layout.ts';
import { type FoundStanza, readStanza, StanzaStream } from '../format/stanza-stream.ts';
import { openArchive, type StateIndex } from './archive-state.ts';

/** Compares apt archives. */
export const aptComparer: Comparer = {
  async compare({ from, to, arch, subset, signal }): Promise<Comparison> {
    if (subset !== undefined) {
      throw new RepomillError('usage', 'an apt archive has no subsets', { hint: 'leave --subset out' });
    }
    const [before, after] = [await openArchive(from, signal), await openArchive(to, signal)];
    const all = [...before.indexes, ...after.indexes];
    const labels = [...new Set(all.flatMap((one) => (arch === undefined || one.arch === arch ? [one.label] : [])))];
    if (arch !== undefined && labels.length === 0) throw noSuchArch(arch, after.location, after.indexes);
    labels.sort(compareText);
    const find = (indexes: readonly StateIndex[], label: string): StateIndex | undefined =>
      indexes.find((one) => one.label === label);
    const changes: RecordChanges[] = [];
    for (const label of labels) {
      throwIfAborted(signal);
      const [old, now] = [find(before.indexes, label), find(after.indexes, label)];
      if (old?.sha256 !== now?.sha256) changes.push(await compareIndexes(old, now));
    }
    return {
      ...mergeChanges(changes),
      summaries: {
        compared: labels,
        added: labels.filter((label) => find(before.indexes, label) === undefined),
        removed: labels.filter((label) => find(after.indexes, label) === undefined),
      },
      notes: [before, after].flatMap(({ location, shorter }) =>
        shorter.length === 0
          ? []
          : [`${location}: ${shorter.join(', ')}: no version that old; compared as in the oldest`],
      ),
    };
  },
};

async function compareIndexes(before: StateIndex | undefined, after: StateIndex | undefined): Promise<RecordChanges> {
  const arch = after?.arch ?? before?.arch ?? '';
  /** The texts of the older stanzas, as digests. */
  const left = new Map<string, string>();
  for await (const stanza of stanzasOf(before)) left.set(recordKey(recordOf(stanza, arch)), nameOfText(stanza.text));
  const came: PackageRecord[] = [];
  for await (const stanza of stanzasOf(after)) {
    const record = recordOf(stanza, arch);
    const key = recordKey(record);
    if (left.get(key) === nameOfText(stanza.text)) left.delete(key);
    else came.push(record);
  }
  const went: PackageRecord[] = [];
  for await (const stanza of left.size === 0 ? [] : stanzasOf(before)) {
    const record = recordOf(stanza, arch);
    // Of two stanzas with one key, the last one counts.
    if (left.get(recordKey(record)) === nameOfText(stanza.text)) went.push(record);
  }
  return compareRecordSets(went, came, { compare: compareVersions, decides: true, arch });
}

async function* stanzasOf(index: StateIndex | undefined): AsyncGenerator<FoundStanza, void> {
  if (index === undefined) return;
  const stream = new StanzaStream();
  for await (const chunk of index.content()) yield* stream.push(chunk);
  yield* stream.end();
}

/** A stanza as a record, whose fields have the names of the stanza. A source package has the arch of its index. */
function recordOf(stanza: FoundStanza, arch: string): PackageRecord {
  const { fields } = readStanza(stanza);
  const textOf = (name: string): string => fields.get(name)?.text ?? '';
  const own = [...fields].filter(([key]) => !['package', 'version', 'architecture'].includes(key));
  return {
    // First, so that none of them takes the place of the record's own.
    ...Object.fromEntries(own.map(([, { name, text }]) => [name, text])),
    name: textOf('package'),
    version: textOf('version'),
    arch: arch === 'source' ? arch : textOf('architecture'),
  };
}

function noSuchArch(arch: string, location: string, indexes: readonly StateIndex[]): RepomillError {
  const arches = [...new Set(indexes.map((index) => index.arch))].sort(compareText);
  const found = arches.length === 0 ? 'none' : formatList(arches);
  return new RepomillError('not-found', `expected an index of ${JSON.stringify(arch)}, found ${found}`, {
    path: location,
  });
}
