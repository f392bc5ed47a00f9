/**
 * What a package of Gentoo is called: a category, a name and a version in one text, `app-misc/demo-1.0-r1`. Facts: the Package
 * Manager Specification, sections 3.1 (names) and 3.2 (versions).
 */

/** The parts of `app-misc/demo-1.0-r1`. */
export interface PackageVersion {
  readonly category: string;
  /** Without its category. */
  readonly package: string;
  /** With its revision: `1.0-r1`. */
  readonly version: string;
}

const NAME = '[A-Za-z0-9_][A-Za-z0-9+_.-]*';
const VERSION = '[0-9]+(?:\\.[0-9]+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)[0-9]*)*(?:-r[0-9]+)?';
const CPV = new RegExp(`^(${NAME})/([A-Za-z0-9_][A-Za-z0-9+_-]*?)-(${VERSION})$`);

/** Splits such a text; undefined for any other. */
export function splitCpv(text: string): PackageVersion | undefined {
  const [, category, name, version] = CPV.exec(text) ?? [];
  if (category === undefined || name === undefined || version === undefined) return undefined;
  return { category, package: name, version };
}
