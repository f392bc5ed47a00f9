/**
 * Patches as apt reads them (PDIFFS.md, "Patch"): a restricted ed script, as `diff --ed` writes it. Commands are `a`, `c` and `d` alone,
 * the last lines first, so that every number is one of the old text; a line "." ends what `a` and `c` insert. Refuses what apt's
 * method `rred` cannot apply: a line "." that is inserted, NUL in a line, and lines of half a MiB.
 */
import { RepomillError } from '../../../errors.ts';
import { quote } from '../../../text/printable.ts';
import { decodeLatin1, encodeLines, type Hunk, LINE_END, type LinePatch, PatchBuilder } from './line-patch.ts';

/** Bytes of a line with its end that `rred` reads in one go; it takes a longer line for several, and miscounts. */
export const MAX_PATCH_LINE: number = 512 * 1024 - 1;

/** The line that ends an insertion. */
const END = '.';

/** Digits of a line number: as many as a double can always count. */
const MAX_DIGITS = 15;

/**
 * A patch as an ed script, uncompressed. A patch without hunks is an empty script.
 *
 * @throws RepomillError `format` for a line that apt cannot insert; Packages files have no such lines
 */
export function formatPatch(patch: LinePatch): Uint8Array {
  const script: string[] = [];
  for (const hunk of patch.toReversed()) {
    script.push(commandOf(hunk));
    if (hunk.lines.length === 0) continue;
    for (const line of hunk.lines) {
      checkLine(line);
      script.push(line);
    }
    script.push(END);
  }
  return encodeLines(script);
}

function commandOf({ start, removed, lines }: Hunk): string {
  if (removed === 0) return `${start}a`;
  const range = removed === 1 ? `${start + 1}` : `${start + 1},${start + removed}`;
  return `${range}${lines.length === 0 ? 'd' : 'c'}`;
}

/** Whether apt can apply a patch: whether `formatPatch` takes every line that it inserts. */
export function canFormatPatch(patch: LinePatch): boolean {
  return patch.every(({ lines }) => lines.every((line) => faultOf(line) === undefined));
}

function checkLine(line: string): void {
  const fault = faultOf(line);
  if (fault !== undefined) throw refusal('a line that apt can insert', fault);
}

function faultOf(line: string): string | undefined {
  if (line === END) return '"."';
  if (line.includes('\0')) return 'NUL';
  return line.length < MAX_PATCH_LINE ? undefined : `${line.length} bytes`;
}

/**
 * The patch of an ed script. Commands that touch become one hunk. Throws a format error for everything else than `a`, `c` and `d`
 * of lines before those of the last command.
 */
export function parsePatch(script: Uint8Array): LinePatch {
  const hunks: Hunk[] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (let at = 0; at < script.length; ) {
    const line = lineAt(script, at);
    const { command, start, removed } = parseCommand(line.text);
    if (start + removed > limit) throw refusal(`a command for the first ${limit} lines`, quote(line.text));
    limit = start;
    at = line.next;
    const lines: string[] = [];
    while (command !== 'd') {
      if (at === script.length) throw refusal('a line "." after what is inserted', 'none');
      const { text, next } = lineAt(script, at);
      at = next;
      if (text === END) break;
      checkLine(text);
      lines.push(text);
    }
    hunks.push({ start, removed, lines });
  }
  return joinHunks(hunks.reverse());
}

function joinHunks(hunks: readonly Hunk[]): LinePatch {
  const builder = new PatchBuilder();
  let at = 0;
  for (const { start, removed, lines } of hunks) {
    builder.keep(start - at);
    builder.remove(removed);
    builder.insert(lines);
    at = start + removed;
  }
  return builder.patch();
}

const pattern = /^(\d+)(?:,(\d+))?([acd])$/;

function parseCommand(text: string): Pick<Hunk, 'start' | 'removed'> & { readonly command: string } {
  const [, from = '', to = from, command = ''] = pattern.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to);
  const isPlain = command !== '' && from.length <= MAX_DIGITS && to.length <= MAX_DIGITS;
  if (isPlain && command === 'a' && from === to && text === `${from}a`) return { command, start: first, removed: 0 };
  if (isPlain && command !== 'a' && first >= 1 && last >= first)
    return { command, start: first - 1, removed: last - first + 1 };
  throw refusal('a command such as 12a, 12c, 12d or 12,14d', quote(text));
}

function lineAt(script: Uint8Array, at: number): { readonly text: string; readonly next: number } {
  const end = script.indexOf(LINE_END, at);
  if (end < 0) throw refusal('a line end at the end', 'none');
  return { text: decodeLatin1(script.subarray(at, end)), next: end + 1 };
}

function refusal(expected: string, found: string): RepomillError {
  return new RepomillError('format', `patch: expected ${expected}, found ${found}`);
}
