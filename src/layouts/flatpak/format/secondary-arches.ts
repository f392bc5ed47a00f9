/**
 * Architectures whose machines run the programs of a second architecture too (flatpak's `flatpak_get_compat_arch`). Clients look
 * for both in the summary of the main one.
 */

const pairs: readonly (readonly [main: string, secondary: string])[] = [
  ['x86_64', 'i386'],
  ['aarch64', 'arm'],
];

/** The secondary architecture of each main one. */
export const secondaryArches: ReadonlyMap<string, string> = new Map(pairs);

/** The main architecture of each secondary one. */
export const mainArches: ReadonlyMap<string, string> = new Map(pairs.map(([main, secondary]) => [secondary, main]));
