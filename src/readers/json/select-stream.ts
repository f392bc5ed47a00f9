/**
 * Selects records from a JSON document of any size without holding it: follows the keys of the ways, and hands out each item of
 * the list or map to which they lead. Reads the file twice, because a parent's fields may come after its records.
 */
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import type { RecordsPath } from '../../mapping/records-path.ts';
import { noWay, type Surroundings } from '../../mapping/select-records.ts';
import { setField } from '../../mapping/value-path.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { quote } from '../../text/printable.ts';
import type { RecordSelection } from '../reader.ts';
import type { BadRecord, RawRecord, SplitRecord } from '../splitter.ts';
import { ByteCursor } from './byte-cursor.ts';
import { findJsonProblem } from './problems.ts';

/** Part of a document that holds records: its text, the ways that begin there, and what its records inherit. */
export interface DocumentPart {
  readonly value: SplitRecord;
  readonly paths: readonly RecordsPath[];
  readonly surroundings: Surroundings;
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
    const walk: Walk = { cursor, selection, fields, collects, rootKeys: {}, foundWay: false };
    try {
      for await (const part of walkMap(walk, root, {})) yield part;
      await expectNext(cursor, undefined, 'the end of the file');
      if (walk.foundWay) continue;
      yield { line: 1, problem: noWay(walk.rootKeys, selection.paths) };
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
  /** The first keys of the document, for messages. */
  readonly rootKeys: Record<string, null>;
  /** Whether a way led to something. */
  foundWay: boolean;
}

type Parts = AsyncGenerator<DocumentPart | BadRecord, void>;

async function* walkMap(walk: Walk, way: Way, inherited: Readonly<Record<string, unknown>>): Parts {
  const own = walk.fields.get(way) ?? {};
  walk.fields.set(way, own);
  const passed = { ...inherited, ...own };
  for await (const key of membersOf(walk.cursor)) {
    if (Object.keys(walk.rootKeys).length < SHOWN_KEYS) setField(walk.rootKeys, key, null);
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
    setField(fields, key, JSON.parse(text.text));
  } catch {
    yield findJsonProblem(text, '') ?? { line: text.line, problem: 'invalid JSON' };
  }
}

/** The parts in a value on the way. */
async function* walkValue(walk: Walk, way: Way, inherited: Readonly<Record<string, unknown>>): Parts {
  const { cursor } = walk;
  const opening = await cursor.peek();
  const [only, second] = way.paths;
  const step = only?.path.steps[only.depth];
  if (opening === '{' && way.paths.every(({ path, depth }) => path.steps[depth]?.kind === 'key')) {
    yield* walkMap(walk, way, inherited);
    return;
  }
  walk.foundWay = true;
  const hasItems = opening === '[' ? step?.kind !== 'entry' : opening === '{' && step !== undefined;
  if (only === undefined || second !== undefined || step?.kind === 'key' || !hasItems) {
    // Several ways meet here, or this is the record itself, or not what a way needs: it is looked at as a whole.
    const paths = way.paths.map(({ path, depth }) => rest(path, depth));
    yield* takePart(walk, paths, { inherited, parents: [], keys: {} });
    return;
  }
  const paths = [rest(only.path, step === undefined ? only.depth : only.depth + 1)];
  for await (const key of opening === '{' ? membersOf(cursor) : elementsOf(cursor)) {
    yield* takePart(walk, paths, { inherited, parents: [], keys: step?.kind === 'entry' ? { [step.field]: key } : {} });
  }
}

function rest({ text, steps }: RecordsPath, depth: number): RecordsPath {
  return { text, steps: steps.slice(depth) };
}

async function* takePart({ cursor, collects }: Walk, paths: readonly RecordsPath[], surroundings: Surroundings): Parts {
  if (collects) {
    await cursor.skipValue();
    return;
  }
  const value = await cursor.takeValue();
  yield { value, paths, surroundings };
}

/** The keys of a map. The caller passes over each value. */
async function* membersOf(cursor: ByteCursor): AsyncGenerator<string, void> {
  await expectNext(cursor, '{', 'a map');
  if (await passOver(cursor, '}')) return;
  do {
    if ((await cursor.peek()) !== '"') await expectNext(cursor, '"', 'a key in quotation marks');
    const key = await cursor.takeValue();
    if ('problem' in key) throw new BrokenJson(key);
    await expectNext(cursor, ':', '":"');
    yield parseKey(key);
  } while (await passOver(cursor, ','));
  await expectNext(cursor, '}', '"," or "}"');
}

/** The positions of a list. The caller passes over each value. */
async function* elementsOf(cursor: ByteCursor): AsyncGenerator<string, void> {
  await expectNext(cursor, '[', 'a list');
  if (await passOver(cursor, ']')) return;
  let position = 0;
  do yield String(position++);
  while (await passOver(cursor, ','));
  await expectNext(cursor, ']', '"," or "]"');
}

function parseKey(key: RawRecord): string {
  try {
    return JSON.parse(key.text);
  } catch {
    throw new BrokenJson(findJsonProblem(key, '') ?? { line: key.line, problem: 'invalid JSON' });
  }
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
