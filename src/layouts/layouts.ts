/**
 * The table of layouts. To add a layout, write its folder and add its row here. Everything else loops over the table and knows
 * no layout by name.
 */

import type { SectionReader } from '../config/setting.ts';
import { RepomillError } from '../errors.ts';
import { type HeaderRule, type Headers, headersFor, mergeHeaderRules } from '../publish/header-rules.ts';
import type { HostTable } from '../publish/hosts/host-files.ts';
import { formatChoices } from '../text/word-list.ts';
import type { AptInspection } from './apt/inspect.ts';
import { apt } from './apt/layout.ts';
import type { FlatpakInspection } from './flatpak/inspect.ts';
import { flatpak } from './flatpak/layout.ts';
import type { Layout } from './layout.ts';
import type { NativeInspection } from './native/inspect.ts';
import { native } from './native/layout.ts';

export type { ReleaseEntry } from '../deb/release-file.ts';
export type { SignatureFacts } from '../openpgp/packets.ts';
export type { FileDigest, PdiffEntry } from './apt/format/pdiff-index.ts';
export type { AptInspection, StanzaFieldSize } from './apt/inspect.ts';
export type { IndexEntry } from './flatpak/format/summary-index.ts';
export type { FlatpakCommit, FlatpakFact, FlatpakInspection, FlatpakPart } from './flatpak/inspect.ts';
export type { FieldSize, NativeInspection } from './native/inspect.ts';

/** All layouts, the default first. */
export const layouts: readonly [typeof native, typeof flatpak, typeof apt] = [native, flatpak, apt];

/** The names of the layouts. */
export type LayoutName = (typeof layouts)[number]['name'];

/** The names of all layouts, for options. */
export const layoutNames: readonly LayoutName[] = layouts.map(({ name }) => name);

/** The description of a file in a tree, for all layouts. */
export type Inspection =
  | ({ readonly layout: 'native' } & NativeInspection)
  | ({ readonly layout: 'flatpak' } & FlatpakInspection)
  | ({ readonly layout: 'apt' } & AptInspection);

/** The layout to build by default. */
export const DEFAULT_LAYOUT: LayoutName = layouts[0].name;

/** The layout with a name. Throws a usage error if there is none. */
export function layoutNamed(name: string): Layout {
  const found = layouts.find((layout) => layout.name === name);
  if (found !== undefined) return found;
  throw new RepomillError('usage', `layout: expected ${formatChoices(layoutNames)}, found ${JSON.stringify(name)}`);
}

/** The sections of `repomill.yaml` that layouts parse themselves, by the layout's name. */
export const configSections: ReadonlyMap<string, SectionReader<unknown>> = new Map(
  layouts.flatMap(({ name, section }: Layout) => (section === undefined ? [] : [[name, section]])),
);

/** The header rules of all layouts, in upload order. */
export const headerRules: readonly HeaderRule[] = mergeHeaderRules(layouts.map((layout) => layout.headerRules));

/** What the files for web hosts are rendered from. */
export const hostTable: HostTable = {
  rules: headerRules,
  entryPoints: layouts.flatMap(({ entryPoints }) => entryPoints),
  packageLists: layouts.flatMap((layout: Layout) => layout.packageLists ?? []),
};

const foreignTypes: ReadonlyMap<string, string> = new Map(
  layouts.flatMap((layout: Layout) => Object.entries(layout.foreignTypes ?? {})),
);

/** The headers a host should send for a path of a tree, without those it sends with every response. */
export function treeHeaders(path: string): Headers {
  return headersFor(path, headerRules, foreignTypes);
}
