/**
 * The YAML document of a configuration, as settings with their lines and columns.
 */
import type { Problem } from '../errors.ts';
import { valueAt } from '../mapping/value-path.ts';
import type { ParsedDocument } from '../model/parsed-document.ts';
import { examineYaml } from '../platform/yaml/examine-yaml.ts';
import type { Position } from '../text/line-index.ts';
import type { Setting } from './setting.ts';

/** The root setting of a document, and the problems found so far; settings add theirs to these. */
export interface ConfigDocument {
  readonly root: Setting | undefined;
  readonly problems: readonly Problem[];
}

/** Parses a text that must be one YAML document. Never throws: a missing root is reported as a problem. */
export function parseDocument(text: string, file: string): ConfigDocument {
  const { documents, problems: flaws } = examineYaml(text);
  const problems: Problem[] = flaws.map((flaw) => ({ file, ...flaw }));
  const [document, second] = documents;
  if (document === undefined && flaws.length === 0) {
    const message = 'expected a mapping with the key "name", found an empty file';
    problems.push({ file, line: 1, column: 1, message });
  }
  if (second !== undefined) {
    problems.push({ file, line: second.line, column: 1, message: 'expected only one document, found a second one' });
  }
  return { root: document && settingAt({ text, file, document, problems }, document.value, []), problems };
}

interface Source {
  readonly text: string;
  readonly file: string;
  readonly document: ParsedDocument;
  readonly problems: Problem[];
}

function settingAt(source: Source, value: unknown, path: readonly (string | number)[]): Setting {
  const { text, file, document, problems } = source;
  const name = formatPath(path);
  return {
    value,
    name,
    written: () => {
      const holder = valueAt(document.value, path.slice(0, -1).map(String));
      return isContainer(holder) ? document.textOf?.(holder, path.at(-1) ?? '') : undefined;
    },
    line: () => document.positionOf(path).line,
    child: (key, child) => settingAt(source, child, [...path, key]),
    report: (message, offset) => {
      const start = document.positionOf(path);
      const { line, column } = offset === undefined ? start : positionInside(text, start, path, value, offset);
      problems.push({ file, line, column, message: name === '' ? message : `${name}: ${message}` });
    },
  };
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

// A position inside a text is known only if the line contains the text literally, after its key if it has one.
function positionInside(
  text: string,
  { line, column }: Position,
  path: readonly (string | number)[],
  value: unknown,
  offset: number,
): Position {
  const key = path.at(-1);
  const spelled = text.split('\n')[line - 1] ?? '';
  const start = typeof key === 'string' ? spelled.indexOf(':', column - 1 + key.length) : column - 1;
  const at = value === '' ? -1 : spelled.indexOf(String(value), start);
  return { line, column: at < 0 ? column : at + 1 + offset };
}

function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('');
}
