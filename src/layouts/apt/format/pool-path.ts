/**
 * Where the file of a package is in the archive. A path in `pool/` stays as it is; any other file gets the place that Debian's
 * archives would give it: `pool/main/h/hello/hello_1.0_amd64.deb`.
 */
import { POOL } from './paths.ts';

/** What decides on the place of a file. */
export interface PooledPackage {
  /** Its path in the input. */
  readonly path: string;
  readonly component: string;
  /** The name of the source package, or of the package itself. */
  readonly source: string;
}

/** The path in the archive. */
export function poolPath({ path, component, source }: PooledPackage): string {
  if (path.startsWith(`${POOL}/`)) return path;
  const file = path.slice(path.lastIndexOf('/') + 1);
  return `${POOL}/${component}/${poolPrefix(source)}/${source}/${file}`;
}

/** The directory of a source's directory: its first letter, or four where it begins with `lib`. */
export function poolPrefix(source: string): string {
  return source.startsWith('lib') && source.length > 3 ? source.slice(0, 4) : source.slice(0, 1);
}

/** Debian Policy, section 5.6.1: nothing else may become a directory. A version may follow. */
const SOURCE = /^([a-z0-9][a-z0-9.+-]+)\s*(?:\(|$)/;

/**
 * The name in a field `Source`.
 *
 * @param name - of the package, which is taken if the field does not begin with a name that a source may have
 */
export function sourceName(field: unknown, name: string): string {
  return (typeof field === 'string' ? SOURCE.exec(field)?.[1] : undefined) ?? name;
}
