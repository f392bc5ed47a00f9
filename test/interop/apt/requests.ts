/**
 * What apt's requests were for.
 */
import type { LoggedRequest } from './archive-host.ts';

/** Each request in a word or two, in order; with its status, if that is not 200. */
export function kindsOf(requests: readonly LoggedRequest[]): readonly string[] {
  return requests.map(({ path, status }) => (status === 200 ? kindOf(path) : `${status} ${kindOf(path)}`));
}

/** Bytes of all bodies, of those requests whose kind matches. */
export function bytesOf(requests: readonly LoggedRequest[], kind: RegExp = /./): number {
  return requests.filter(({ path }) => kind.test(kindOf(path))).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** `InRelease` · `Packages by hash` · `Packages.xz` · `patch index by hash` · `patch` · or the path. */
export function kindOf(path: string): string {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? path.replace(/^.*\//, '');
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\/Packages\.diff\/by-hash\/SHA256\/[0-9a-f]{64}$/, 'patch index by hash'],
  [/\/Packages\.diff\/Index(?:\.gz)?$/, 'patch index'],
  [/\/Packages\.diff\/[^/]+\.gz$/, 'patch'],
  [/\/binary-[^/]+\/by-hash\/SHA256\/[0-9a-f]{64}$/, 'Packages by hash'],
  [/\/source\/by-hash\/SHA256\/[0-9a-f]{64}$/, 'Sources by hash'],
];
