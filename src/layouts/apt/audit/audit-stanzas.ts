/**
 * The audit of the stanzas in an index: each has to parse, to have what apt needs to install it, and to be there once. What is wrong
 * with many stanzas is one finding. What apt does without a field was tried with apt 2.6 (ARCHIVE.md, "Stanzas").
 */
import { defined } from '../../../model/defined.ts';
import { isDigest } from '../../../model/digest.ts';
import { isSafePath } from '../../../model/field-checks.ts';
import type { PackageFile } from '../../../model/package-file.ts';
import { ALL } from '../../../model/record.ts';
import { quote } from '../../../text/printable.ts';
import type { IndexName } from '../format/index-name.ts';
import { type FoundStanza, type ReadStanza, readStanza } from '../format/stanza-stream.ts';
import { comparedFields } from './audit-debs.ts';

/** A file, and what its stanza says of the package in it. */
export interface StanzaFile extends PackageFile {
  /** Fields that the package itself has, too, by their names in lower case. Absent if packages are not opened. */
  readonly said?: ReadonlyMap<string, string>;
}

/** What several indexes have to agree on. */
export interface KnownStanzas {
  /** The files that stanzas name, by path; undefined if no files are published with the tree. */
  readonly files: Map<string, StanzaFile> | undefined;
  /** Whether packages are opened, and compared with their stanzas. */
  readonly opensPackages: boolean;
  /** Names of packages for all architectures, by the component and architecture of the index. */
  readonly all: Map<string, Map<string, Set<string>>>;
  /** Names of all packages. */
  readonly names: Set<string>;
}

/** Audits the stanzas of one index. */
export class StanzaAudit {
  readonly #index: IndexName;
  readonly #known: KnownStanzas;
  readonly #all = new Set<string>();
  readonly #faults = new Map<string, { readonly message: string; count: number }>();
  /** Lines of stanzas by name, version and arch. */
  readonly #keys = new Map<string, number>();
  #count = 0;

  constructor(index: IndexName, known: KnownStanzas) {
    this.#index = index;
    this.#known = known;
  }

  /** How many stanzas there were. */
  get count(): number {
    return this.#count;
  }

  /** Audits a stanza. */
  add(stanza: FoundStanza): void {
    this.#count++;
    const { fields, faults } = readStanza(stanza);
    for (const fault of faults) this.#report('syntax', fault);
    const at = `line ${stanza.line}:`;
    const textOf = (name: string): string => fields.get(name)?.text ?? '';
    const name = textOf('package');
    if (name === '') {
      this.#report('package', `${at} expected a field Package, found none: clients stop reading`);
      return;
    }
    const what = `${at} ${name}:`;
    if (name !== name.toLowerCase()) {
      this.#report('case', `${what} expected a name in lower case: apt does not find it under this name`);
    }
    const version = textOf('version');
    if (version === '') this.#report('version', `${what} expected a Version, found none: apt passes over it`);
    const arch = textOf('architecture');
    const key = `${name} ${version} ${arch}`;
    const twin = this.#keys.get(key);
    if (twin === undefined) this.#keys.set(key, stanza.line);
    else this.#report('twin', `${what} the same package, version and architecture as on line ${twin}`);
    this.#known.names.add(name);
    if (this.#index.kind === 'sources') this.#addSource(what, fields);
    else this.#addBinary(what, name, arch, fields);
  }

  #addBinary(what: string, name: string, arch: string, fields: ReadStanza['fields']): void {
    if (arch === '') this.#report('arch', `${what} expected an Architecture, found none`);
    else if (arch !== this.#index.arch && arch !== ALL) {
      const expected = `expected the Architecture ${this.#index.arch} or ${ALL}`;
      this.#report('arch', `${what} ${expected}, found ${quote(arch)}: clients pass over it`);
    }
    if (arch === ALL) this.#all.add(name);
    const path = fields.get('filename')?.text ?? '';
    const size = fields.get('size')?.text ?? '';
    const digest = fields.get('sha256')?.text ?? '';
    if (path === '') this.#report('path', `${what} expected a Filename, found none: apt cannot download it`);
    else if (!isSafePath(path)) this.#report('path', `${what} Filename: ${quote(path)} leads out of the archive`);
    if (!/^\d{1,15}$/.test(size)) {
      this.#report(
        'size',
        `${what} Size: expected a number of bytes, found ${shown(size)}: apt refuses to download it`,
      );
    }
    if (!isDigest(digest)) {
      const expected = 'SHA256: expected 64 lower-case hexadecimal digits';
      this.#report('digest', `${what} ${expected}, found ${shown(digest)}: apt refuses to download it`);
      return;
    }
    if (path === '' || !isSafePath(path)) return;
    const said = this.#known.opensPackages ? comparedFields(fields) : undefined;
    this.#name(what, { path, size: Number(size), sha256: digest, ...defined({ said }) });
  }

  #addSource(what: string, fields: ReadStanza['fields']): void {
    const directory = fields.get('directory')?.text ?? '';
    if (directory === '') this.#report('path', `${what} expected a Directory, found none: apt cannot download it`);
    else if (directory !== '.' && !isSafePath(directory)) {
      this.#report('path', `${what} Directory: ${quote(directory)} leads out of the archive`);
      return;
    }
    const lines = (fields.get('checksums-sha256')?.text ?? '').split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) {
      this.#report('digest', `${what} expected Checksums-Sha256, found none: apt refuses to download it`);
    }
    for (const line of lines) {
      const [digest, size = '', file = '', ...more] = line.trim().split(/\s+/);
      if (!isDigest(digest) || !/^\d{1,15}$/.test(size) || !isSafePath(file) || file.includes('/') || more.length > 0) {
        const expected = 'Checksums-Sha256: expected a digest, a size and the name of a file';
        this.#report('digest', `${what} ${expected}, found ${quote(line.trim())}`);
        continue;
      }
      const path = directory === '.' || directory === '' ? file : `${directory}/${file}`;
      this.#name(what, { path, size: Number(size), sha256: digest });
    }
  }

  /** Notes a file, which every stanza has to describe in the same words. */
  #name(what: string, file: StanzaFile): void {
    const { files } = this.#known;
    const known = files?.get(file.path);
    if (known === undefined) files?.set(file.path, file);
    else if (known.sha256 !== file.sha256 || known.size !== file.size) {
      this.#report('conflict', `${what} ${quote(file.path)} has a different size or SHA256 in another stanza`);
    }
  }

  /** What was found wrong, of each kind the first. */
  findings(): readonly string[] {
    const { kind, component, arch } = this.#index;
    if (kind === 'packages') {
      const byArch = this.#known.all.get(component) ?? new Map<string, Set<string>>();
      this.#known.all.set(component, byArch.set(arch, this.#all));
    }
    return [...this.#faults.values()].map(({ message, count }) => {
      if (count === 1) return message;
      return `${message} (also in ${count === 2 ? '1 other stanza' : `${count - 1} other stanzas`})`;
    });
  }

  #report(kind: string, message: string): void {
    const known = this.#faults.get(kind);
    if (known === undefined) this.#faults.set(kind, { message, count: 1 });
    else known.count++;
  }
}

function shown(text: string): string {
  return text === '' ? 'none' : quote(text);
}
