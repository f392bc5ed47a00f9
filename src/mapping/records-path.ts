/**
 * Where the records of a document are: `records:` of an input rule, a path or several. `entries.<name>` are the entries of a map,
 * each with its key as the field `name`; `*` is any item of a map or a list; `.` is the document itself.
 */
import { pathRefusal, splitSteps } from './value-path.ts';

/** One step of the way to records. */
export type RecordStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'any' }
  /** Each entry of a map; its key becomes the field. */
  | { readonly kind: 'entry'; readonly field: string };

/** One way to records. Without steps: the document itself. */
export interface RecordsPath {
  /** As it was written. */
  readonly text: string;
  readonly steps: readonly RecordStep[];
}

/**
 * Parses a way to records.
 *
 * @throws RepomillError (usage) with one problem that has the column, in UTF-16 code units
 */
export function parseRecordsPath(text: string): RecordsPath {
  if (text === '.') return { text, steps: [] };
  const steps = splitSteps(text, 'records').map(({ text: step, isQuoted, offset }): RecordStep => {
    if (isQuoted) return { kind: 'key', key: step };
    if (step === '*') return { kind: 'any' };
    if (!/[<>*]/.test(step)) return { kind: 'key', key: step };
    const [, field] = /^<([\w-]+)>$/.exec(step) ?? [];
    if (field === undefined) {
      throw pathRefusal('records', offset, `expected a name, \`*\` or a field such as \`<name>\`, found ${step}`);
    }
    return { kind: 'entry', field };
  });
  const fields = steps.flatMap((step) => (step.kind === 'entry' ? [step.field] : []));
  const twice = fields.find((field, i) => fields.indexOf(field) !== i);
  if (twice !== undefined)
    throw pathRefusal('records', text.lastIndexOf(`<${twice}>`), `expected <${twice}> only once`);
  return { text, steps };
}
