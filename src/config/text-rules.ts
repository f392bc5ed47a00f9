/**
 * Rules for the texts in a configuration.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import type { TextRule } from './setting.ts';

/** The longest file pattern or path rule, in UTF-16 code units. */
export const MAX_PATTERN_LENGTH = 1024;

/** The name of a repository, of a subset, and of an arch that has a summary. */
export const plainName: TextRule = {
  expected: 'letters, digits, ".", "-" and "_", starting with a letter or digit',
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  maxLength: MAX_NAME_LENGTH,
};

/** An architecture. Not `all`: the packages of `all` are in every architecture. */
export const archName: TextRule = {
  expected: 'an architecture: letters, digits, ".", "-" and "_", and not "all"',
  pattern: /^(?!all$)[A-Za-z0-9][A-Za-z0-9._-]*$/,
  maxLength: MAX_NAME_LENGTH,
};

/** The title of a repository. */
export const titleText: TextRule = {
  expected: 'one line of text',
  pattern: /^\P{Cc}+$/u,
  maxLength: MAX_NAME_LENGTH,
};

/** A field of a record. */
export const fieldName: TextRule = { expected: 'a field name', pattern: /^\P{Cc}+$/u, maxLength: MAX_NAME_LENGTH };

/** A field of our records that a mapping may set. */
export const recordField: TextRule = {
  expected: 'a field name other than __proto__ and detailsSize',
  pattern: /^(?!(?:__proto__|detailsSize)$)\P{Cc}+$/u,
  maxLength: MAX_NAME_LENGTH,
};

/** Where the records of a document are, before it is parsed. */
export const recordsPath: TextRule = {
  expected: 'a path to records, such as "entries.*"',
  pattern: /^\P{Cc}+$/u,
  maxLength: MAX_PATTERN_LENGTH,
};

/** Where a field comes from, before it is parsed. */
export const fieldSource: TextRule = {
  expected: 'a dotted path or a template',
  pattern: /^\P{Cc}+$/u,
  maxLength: MAX_PATTERN_LENGTH,
};

/** A field that can be moved to the details: records need the others. */
export const detailsField: TextRule = {
  expected: 'a field name other than name, version and arch',
  pattern: /^(?!(?:name|version|arch)$)\P{Cc}+$/u,
  maxLength: MAX_NAME_LENGTH,
};

/** A directory. */
export const directoryPath: TextRule = {
  expected: 'a directory',
  pattern: /^\P{Cc}+$/u,
  maxLength: MAX_PATTERN_LENGTH,
};

/** A pattern of input files, before it is parsed. */
export const filePattern: TextRule = {
  expected: 'a file pattern',
  pattern: /^\P{Cc}+$/u,
  maxLength: MAX_PATTERN_LENGTH,
};

/** A rule for the paths of packages, before it is parsed. */
export const pathRule: TextRule = { expected: 'a path rule', pattern: /^\P{Cc}+$/u, maxLength: MAX_PATTERN_LENGTH };
