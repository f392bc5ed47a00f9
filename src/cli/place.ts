/**
 * Files named on the command line: by path, by URL, or by the tree whose entry point they are.
 */
import { headerRules, layouts } from '../layouts/layouts.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import { isUrl } from '../model/location.ts';
import type { Source } from '../model/source.ts';
import { directorySource } from '../platform/files/directory-source.ts';
import { isDirectory, readIfPresent } from '../platform/files/read-files.ts';
import { type HttpOptions, httpSource } from '../platform/http/http-source.ts';
import { ruleFor } from '../publish/header-rules.ts';

/** A file, and where it was found. */
export interface PlacedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads a file, the file at a URL, or the first entry point of a tree; undefined if it is missing. */
export async function readPlace(place: string, http?: HttpOptions): Promise<PlacedFile | undefined> {
  if (!isUrl(place)) {
    if (await isDirectory(place)) return readEntryPoint(directorySource(place));
    const bytes = await readIfPresent(place);
    return bytes && { path: place, bytes };
  }
  const file = splitUrl(place);
  if (file === undefined) return readEntryPoint(httpSource(place, http));
  return firstOf(httpSource(file.base, http), [file.path]);
}

/**
 * Splits a file's URL into tree and path. The tree's URL keeps the query. Undefined for the URL of a
 * tree, whose path does not end in one that a layout writes.
 */
function splitUrl(url: string): { readonly base: string; readonly path: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const parts = new URL(url).pathname.split('/').filter((part) => part !== '');
  for (let start = parts.length - 1; start >= 0; start--) {
    const path = parts.slice(start).join('/');
    if (ruleFor(path, headerRules) === undefined) continue;
    const base = new URL(url);
    base.pathname = parts.slice(0, start).join('/');
    return { base: base.href, path };
  }
  return undefined;
}

function readEntryPoint(source: Source): Promise<PlacedFile | undefined> {
  return firstOf(
    source,
    layouts.flatMap(({ entryPoints }) => entryPoints),
  );
}

async function firstOf(source: Source, paths: readonly string[]): Promise<PlacedFile | undefined> {
  for (const path of paths) {
    const found = await source.fetch(path, { maxBytes: MAX_SUMMARY_SIZE });
    if (found.kind === 'full') return { path, bytes: found.bytes };
  }
  return undefined;
}
