/**
 * A source that keeps account of what is fetched through it.
 */
import type { Source } from '../../model/source.ts';
import type { FileReport } from '../pull/pull-report.ts';

/** Wraps a source; every file that comes through it, or a part of one, is added to `files`. */
export function recordingSource(source: Source, files: FileReport[]): Source {
  return {
    location: source.location,
    async fetch(path, request) {
      const result = await source.fetch(path, request);
      if (result.kind === 'full' || result.kind === 'partial') {
        files.push({ path, how: result.kind, bytes: result.transferred });
      }
      return result;
    },
  };
}
