/**
 * What the operating system said, as errors of ours. Its own messages begin with a code and repeat the absolute path of the file;
 * ours have the reason alone, and the path as the person typed it.
 */
import { getSystemErrorMap } from 'node:util';
import { type ErrorCode, messageOf, RepomillError } from '../../errors.ts';

/** An error as Node makes it of what the operating system said. `path` is absolute. */
interface SystemError extends Error {
  readonly errno?: unknown;
  readonly syscall: unknown;
  readonly path?: unknown;
}

/** Whether the operating system refused something: only its errors have a system call. */
export function isSystemError(cause: unknown): cause is SystemError {
  return cause instanceof Error && 'syscall' in cause;
}

/** Whether the system said that there is no such file: the name or a directory on the way to it is missing. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

/** Why something failed: the code of the error to throw, and the reason without an absolute path in it. */
export function explainFailure(cause: unknown): { readonly code: ErrorCode; readonly text: string } {
  if (!isSystemError(cause)) return { code: 'format', text: messageOf(cause) };
  const [, text] = getSystemErrorMap().get(Number(cause.errno)) ?? ['', cause.message];
  return { code: isMissing(cause) ? 'not-found' : 'transport', text };
}

/** The error for a file or directory that the system does not let us read. An error of ours stays what it is. */
export function cannotRead(path: string, cause: unknown): RepomillError {
  if (cause instanceof RepomillError) return cause;
  const code = isSystemError(cause) && isMissing(cause) ? 'not-found' : 'transport';
  return new RepomillError(code, `cannot read: ${explainFailure(cause).text}`, { path, cause });
}

/** The error for one that the system does not let us write. */
export function cannotWrite(path: string, cause: unknown): RepomillError {
  return new RepomillError('transport', `cannot write: ${explainFailure(cause).text}`, { path, cause });
}

/** What was thrown; what the system said where it was not expected, as an error of ours: it is never a defect of repomill. */
export function systemErrorAsOurs(thrown: unknown): unknown {
  if (!isSystemError(thrown)) return thrown;
  const { code, text } = explainFailure(thrown);
  const path = typeof thrown.path === 'string' ? thrown.path : undefined;
  return new RepomillError(code, `cannot ${thrown.syscall}: ${text}`, { path, cause: thrown });
}
