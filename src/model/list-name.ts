/**
 * The name of a list of records: what the path of an input file says about where its records are listed. A plain list is named
 * by its architecture. A layout whose lists differ in more than that has several parts, with the architecture last:
 * `bookworm/main/amd64`. A part that the path does not give is empty, and stands for any.
 */

/** Parts of the name, joined by slashes. */
export type ListName = string;

/** Joins the parts of a name. A part never has a slash: it is a segment of a path, or some of one. */
export function formatListName(parts: readonly (string | undefined)[]): ListName {
  return parts.map((part = '') => part).join('/');
}

/** The parts of a name. */
export function parseListName(name: ListName): readonly string[] {
  return name.split('/');
}
