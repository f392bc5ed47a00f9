/**
 * Path rules: templates that most `path` fields of a repository follow, such as
 * `pool/{component}/{Source|name:word:pool}/{Source|name:word}/{name}_{version:noepoch}_{arch}.deb`. FORMAT.md, section "Path
 * rules". A path that follows a rule is not stored.
 */
import { ownField, type PackageRecord } from './record.ts';
import { parseTemplate, pathFilters, type Template, type TemplateLanguage } from './template.ts';

const language: TemplateLanguage = { name: 'path rule', filters: pathFilters, made: 'path' };

/**
 * Parses a path rule.
 *
 * @param blame - the code of the error for a malformed rule: `usage` in a configuration, `format` in a bucket
 */
export function parsePathRule(template: string, blame: 'usage' | 'format' = 'usage'): Template {
  return parseTemplate(template, language, blame);
}

/** Whether a record has a path, and it is the one that a rule gives. */
export function followsRule(record: PackageRecord, rule: Template): boolean {
  return typeof record.path === 'string' && rule.gives(record.path, (field) => ownField(record, field));
}
