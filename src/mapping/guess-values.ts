/**
 * What a text looks like, whatever its field is called: an architecture, a version, a digest, a name. For guesses, so none of
 * them is exact.
 */

import { MAX_NAME_LENGTH } from '../model/limits.ts';

const archPattern =
  /^(?:all|any|noarch|none|neutral|independent|amd64|arm64|arm|armhf|armel|armv\d\w*|aarch64|i[3-6]86|x86|x86[_-]64|x64|32bit|64bit|ppc64el|ppc64le|riscv64|s390x|mips\w*|loong(?:arch)?64|universal2?|(?:linux|win32|win|windows|osx|macos|darwin|freebsd|alpine)[-_](?:x?64|x?86|x86[_-]64|amd64|arm64|armhf|aarch64|arm|ia32|i686|universal)|(?:x86_64|i686|aarch64|armv\w+|riscv64)-[\w-]+)$/i;

/** Whether a text names an architecture. */
export function looksLikeArch(text: string): boolean {
  return archPattern.test(text);
}

/** Whether a text is a version with at least one dot, or a word that some registries have in its place. */
export function looksLikeVersion(text: string): boolean {
  // Of a longer text, which a summary would not take, each dot may begin the last part: that takes the square of its length.
  if (text.length > MAX_NAME_LENGTH) return false;
  return /^(?:v|r|\d+:)?\d+(?:\.\w+)+(?:[-+~_.]\w[\w.+~-]*)?$/i.test(text) || /^dev-[\w./-]+$/.test(text);
}

/** Whether a text is a SHA-256, in any of the forms that are converted. */
export function looksLikeDigest(text: string): boolean {
  return /^\s*(?:sha-?256[:-])?[0-9a-f]{64}\s*$/i.test(text);
}

/** Whether a text is a name for programs: without spaces, not a number, not made up for a database. */
export function looksLikeIdentifier(text: string): boolean {
  return (
    /^[\w@][\w.@/+-]*$/.test(text) && /[a-z]/i.test(text) && !/^[0-9a-f]{8}-[0-9a-f-]{27}$|^[0-9a-f]{24,}$/i.test(text)
  );
}
