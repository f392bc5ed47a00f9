/** Optional members under `exactOptionalPropertyTypes`: a member either has a value or is absent. */

type Defined<Members> = {
  [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<Members[Key], undefined>;
};

/** The members of an object without the undefined ones, in the same order. A loop, because decoders use this per column. */
export function defined<Members extends object>(members: Members): Defined<Members> {
  const kept: { [key: string]: unknown } = {};
  for (const key in members) if (members[key] !== undefined) kept[key] = members[key];
  return kept as Defined<Members>;
}
