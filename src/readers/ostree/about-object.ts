/**
 * Says which object is meant: parsers know bytes, and whoever has to repair a repository needs a file.
 */
import { RepomillError } from '../../errors.ts';

/** Does work on an object. The message of its error starts with the object's path. */
export function aboutObject<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RepomillError) || error.message.startsWith(path)) throw error;
    throw new RepomillError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}
