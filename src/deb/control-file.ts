/**
 * Finds the control file in the control archive of a package: a tar archive in memory. Facts: deb-control(5), and what dpkg and apt
 * do with such archives. Refuses whatever could make two programs see two different control files: a second one, a link, a name
 * that is spelt in another way or set by a header before it.
 */
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';
import { isRegularEntry, parsePax, parseTarHeader, TAR_BLOCK, type TarHeader, textUpToNul } from './tar-header.ts';

/**
 * The bytes of the control file.
 *
 * @param tar - the whole archive, uncompressed
 * @throws RepomillError `format` if there is none or more than one, or if the archive is corrupt or cut off
 */
export function findControlFile(tar: Uint8Array): Uint8Array {
  let control: Uint8Array | undefined;
  let renamed: string | undefined;
  for (const { type, content, ...entry } of readEntries(tar)) {
    const name = renamed ?? entry.name;
    renamed = undefined;
    if (type === 'L') renamed = textUpToNul(content);
    else if (type === 'x' || type === 'g') refuseOverrides(content);
    else if (type !== 'K') {
      if (leadsOut(name)) throw bad(`expected a path inside the archive, found ${quote(name)}`);
      if (plainName(name) !== 'control') continue;
      if (name !== 'control' && name !== './control') throw bad(`expected "./control", found ${quote(name)}`);
      if (!isRegularEntry({ type })) throw bad(`control: expected a file, found ${kindOf(type)}`);
      if (control !== undefined) throw bad('control: expected once in the archive, found again');
      control = content;
    }
  }
  if (control === undefined) throw bad('expected a file "control" in the archive, found none');
  return control;
}

function* readEntries(tar: Uint8Array): Generator<TarHeader & { readonly content: Uint8Array }, void> {
  for (let at = 0; ; ) {
    const block = tar.subarray(at, at + TAR_BLOCK);
    if (block.length < TAR_BLOCK) throw bad('cut off: expected one more entry, or zeros at the end');
    const header = parseTarHeader(block);
    if (header === undefined) return;
    at += TAR_BLOCK;
    const left = tar.length - at;
    if (header.size > left) throw bad(`cut off: ${quote(header.name)} should have ${header.size} bytes, found ${left}`);
    yield { ...header, content: tar.subarray(at, at + header.size) };
    at += Math.ceil(header.size / TAR_BLOCK) * TAR_BLOCK;
  }
}

/** Refuses a header that gives entries another name, size or kind. It may give them times and owners. */
function refuseOverrides(content: Uint8Array): void {
  const found = [...parsePax(content).keys()].find((key) => /^(?:path|size|linkpath|GNU\.sparse\..*)$/.test(key));
  if (found !== undefined)
    throw bad(`expected names and sizes in the entries themselves, found a header with ${quote(found)}`);
}

/** A path without what changes nothing in it. */
function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** Whether a path is absolute, or goes up with `..`. */
function leadsOut(name: string): boolean {
  return /^\/|(^|\/)\.\.(\/|$)/.test(name);
}

function kindOf(type: string): string {
  if (type === '1' || type === '2') return 'a link';
  if (type === '5') return 'a directory';
  return type === 'S' ? 'a sparse file' : 'something else';
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
