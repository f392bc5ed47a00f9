/**
 * Selects records from a JSON document of any size without holding it: follows the keys of the ways, and hands out each item of
 * the list or map to which they lead. Reads the file twice, because a parent's fields may come after its records.
 */
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import type { RecordsPath } from '../../mapping/records-path.ts';
import { keyedBy, noWay, type Surroundings } from '../../mapping/select-records.ts';
import { setField } from '../../mapping/value-path.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { LineIndex, positionIn } from '../../text/line-index.ts';
import { quote } from '../../text/printable.ts';
import type { RecordSelection } from '../reader.ts';
import type { BadRecord, RawRecord, SplitRecord } from '../splitter.ts';
import { ByteCursor } from './byte-cursor.ts';
import { findJsonLosses, findJsonProblem } from './problems.ts';

/** Part of a document that holds records: its text, the ways that begin there, and what its records inherit. */
export interface DocumentPart {
  readonly value: SplitRecord;
  readonly paths: readonly RecordsPath[];
  readonly surroundings: Surroundings;
  /** Whether the ways end here, at an item of a list: the value has to be a record. */
  readonly isItem: boolean;
}

/** The parts of a file's only document to which the ways lead, and what is wrong between them. The document must be a map. */
export async function* selectParts(
  file: InputFile,
  selection: RecordSelection,
): AsyncGenerator<DocumentPart | BadRecord, void> {
  const root = makeWays(selection.paths);
  const fields = new Map<Way, Record<string, unknown>>();
  for (const collects of [true, false]) {
    const cursor = new ByteCursor(file.chunks(), byteOrderMarkSize(file.head));
    const walk: Walk = { cursor, selection, fields, collects, root, rootKeys: {}, foundWay: false, repeated: [] };
    try {
      if ((await cursor.peek()) !== '{') await expectNext(cursor, '{', 'a map');
      yield* walkValue(walk, root, { inherited: {}, parents: [], keys: {} });
      if (collects) yield* walk.repeated;
      await expectNext(cursor, undefined, 'the end of the file');
      if (walk.foundWay) continue;
      const { message, way } = noWay(walk.rootKeys, selection.paths);
      yield { line: 1, problem: message, way };
      return;
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error;
      yield error.problem;
      return;
    } finally {
      await cursor.close();
    }
  }
}

/** A place on the way. */
interface Way {
  readonly below: Map<string, Way>;
  /** All ways that lead through here, with the number of steps so far. */
  readonly paths: { readonly path: RecordsPath; readonly depth: number }[];
}

function makeWays(paths: readonly RecordsPath[]): Way {
  const root: Way = { below: new Map(), paths: [] };
  for (const path of paths) {
    let way = root;
    way.paths.push({ path, depth: 0 });
    for (const [i, step] of path.steps.entries()) {
      if (step.kind !== 'key') break;
      const next: Way = way.below.get(step.key) ?? { below: new Map(), paths: [] };
      way.below.set(step.key, next);
      next.paths.push({ path, depth: i + 1 });
      way = next;
    }
  }
  return root;
}

interface Walk {
  readonly cursor: ByteCursor;
  readonly selection: RecordSelection;
  /** The fields of each parent besides those on the way. */
  readonly fields: Map<Way, Record<string, unknown>>;
  /** The first pass: collects the fields of parents and their problems, and passes over records. */
  readonly collects: boolean;
  readonly root: Way;
  /** The first keys of the document, for messages. */
  readonly rootKeys: Record<string, null>;
  /** Keys that a map has twice: one value would be lost. */
  readonly repeated: BadRecord[];
  /** Whether a way led to something. */
  foundWay: boolean;
}

type Parts = AsyncGenerator<DocumentPart | BadRecord, void>;

async function* walkMap(walk: Walk, way: Way, surroundings: Surroundings): Parts {
  const own = walk.fields.get(way) ?? {};
  walk.fields.set(way, own);
  const passed = { ...surroundings, inherited: { ...surroundings.inherited, ...own } };
  for await (const key of membersOf(walk)) {
    if (way === walk.root && Object.keys(walk.rootKeys).length < SHOWN_KEYS) setField(walk.rootKeys, key, null);
    const below = way.below.get(key);
    if (below !== undefined) yield* walkValue(walk, below, passed);
    else if (!walk.collects) await walk.cursor.skipValue();
    else yield* collectField(walk, key, own);
  }
}

const SHOWN_KEYS = 20;

async function* collectField({ cursor, selection }: Walk, key: string, fields: Record<string, unknown>): Parts {
  if (selection.ignores(key)) {
    // Its value does not matter, but that there is one does: `omit:` had an effect.
    setField(fields, key, null);
    await cursor.skipValue();
    return;
  }
  const text = await cursor.takeValue();
  if ('problem' in text) {
    yield { ...text, problem: `field ${quote(key)} of a parent of records: ${text.problem}` };
    return;
  }
  try {
    const value: unknown = JSON.parse(text.text);
    setField(fields, key, value);
    yield* lossesOf(key, text, value);
  } catch {
    const problem = findJsonProblem(text, '') ?? { line: text.line, problem: 'invalid JSON' };
    // A file that ends here has no more to say.
    if ((await cursor.peek()) === undefined) throw new BrokenJson(problem);
    yield problem;
  }
}

/** What the parser lost of a parent's field. */
function lossesOf(key: string, text: RawRecord, value: unknown): readonly BadRecord[] {
  // The losses of a member are named after its key.
  const before = `{${JSON.stringify(key)}:`;
  const lines = new LineIndex(text.text);
  return findJsonLosses(`${before}${text.text}}`, { [key]: value }).map(({ offset, problem }) => {
    return { ...positionIn(text, lines.positionAt(offset - before.length)), problem };
  });
}

/** The parts in a value on the way. */
async function* walkValue(walk: Walk, way: Way, surroundings: Surroundings): Parts {
  const opening = await walk.cursor.peek();
  if (opening === '{' && way.paths.every(({ path, depth }) => path.steps[depth]?.kind === 'key')) {
    yield* walkMap(walk, way, surroundings);
    return;
  }
  if (opening === 'n' && way.paths.every(({ path, depth }) => depth < path.steps.length)) {
    // No value: nothing is there.
    await walk.cursor.skipValue();
    return;
  }
  walk.foundWay = true;
  const paths = way.paths.map(({ path, depth }) => rest(path, depth));
  const [only, second] = paths;
  // Where several ways meet, the value is looked at as a whole.
  if (only !== undefined && second === undefined) yield* walkItems(walk, only, surroundings);
  else yield* takePart(walk, { paths, surroundings, isItem: false });
}

/** The parts in a value where one way begins. Items of which the way takes every one inherit nothing from their map. */
async function* walkItems(walk: Walk, path: RecordsPath, surroundings: Surroundings): Parts {
  const { cursor } = walk;
  const opening = await cursor.peek();
  const [step] = path.steps;
  const hasItems = opening === '[' ? step?.kind !== 'entry' : opening === '{' && step !== undefined;
  if (step?.kind === 'key' || !hasItems) {
    // This is the record itself, or a map that is taken apart in memory, or not what the way needs.
    yield* takePart(walk, { paths: [path], surroundings, isItem: false });
    return;
  }
  for await (const key of opening === '{' ? membersOf(walk) : elementsOf(cursor)) {
    if (step === undefined) {
      yield* takePart(walk, { paths: [path], surroundings, isItem: true });
    } else {
      const around = step.kind === 'entry' ? keyedBy(step.field, key, surroundings) : surroundings;
      yield* walkItems(walk, rest(path, 1), around);
    }
  }
}

function rest({ text, steps }: RecordsPath, depth: number): RecordsPath {
  return { text, steps: steps.slice(depth) };
}

async function* takePart({ cursor, collects }: Walk, part: Omit<DocumentPart, 'value'>): Parts {
  if (collects) await cursor.skipValue();
  else yield { value: await cursor.takeValue(), ...part };
}

/** The keys of a map. The caller passes over each value. */
async function* membersOf({ cursor, collects, repeated }: Walk): AsyncGenerator<string, void> {
  const seen = new Set<string>();
  await expectNext(cursor, '{', 'a map');
  if (await passOver(cursor, '}')) return;
  do {
    if ((await cursor.peek()) !== '"') await expectNext(cursor, '"', 'a key in quotation marks');
    const text = await cursor.takeValue();
    if ('problem' in text) throw new BrokenJson(text);
    const key = parseKey(text);
    if (collects && seen.size === seen.add(key).size) {
      const problem = `key ${quote(key)}: expected once in an object, found again`;
      repeated.push({ line: text.line, column: text.column, problem });
    }
    await expectNext(cursor, ':', '":"');
    await expectValue(cursor);
    yield key;
  } while (await passOver(cursor, ','));
  await expectNext(cursor, '}', '"," or "}"');
}

/** The positions of a list. The caller passes over each value. */
async function* elementsOf(cursor: ByteCursor): AsyncGenerator<string, void> {
  await expectNext(cursor, '[', 'a list');
  if (await passOver(cursor, ']')) return;
  let position = 0;
  do {
    await expectValue(cursor);
    yield String(position++);
  } while (await passOver(cursor, ','));
  await expectNext(cursor, ']', '"," or "]"');
}

function parseKey(key: RawRecord): string {
  try {
    return JSON.parse(key.text);
  } catch {
    throw new BrokenJson(findJsonProblem(key, '') ?? { line: key.line, problem: 'invalid JSON' });
  }
}

async function expectValue(cursor: ByteCursor): Promise<void> {
  const next = await cursor.peek();
  if (next === undefined || ',:]}'.includes(next)) await expectNext(cursor, '', 'a value');
}

async function passOver(cursor: ByteCursor, wanted: string): Promise<boolean> {
  if ((await cursor.peek()) !== wanted) return false;
  cursor.skip();
  return true;
}

async function expectNext(cursor: ByteCursor, wanted: string | undefined, expected: string): Promise<void> {
  const next = await cursor.peek();
  if (next !== wanted) {
    const found = next === undefined ? 'the end of the file' : quote(next);
    throw new BrokenJson({ ...cursor.position, problem: `invalid JSON: expected ${expected}, found ${found}` });
  }
  if (next !== undefined) cursor.skip();
}

/** What is between the records is not JSON, so nothing after it can be read. */
class BrokenJson extends Error {
  readonly problem: BadRecord;

  constructor(problem: BadRecord) {
    super(problem.problem);
    this.problem = problem;
  }
}
