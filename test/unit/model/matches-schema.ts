/** As much of JSON Schema 2020-12 as `record.schema.json` uses; any other keyword is an error. */

interface Schema {
  readonly [keyword: string]: unknown;
}

type Rule = (wanted: never, value: unknown, schema: Schema, root: Schema) => boolean;

/** Whether a value is valid under a schema. */
export function matchesSchema(value: unknown, schema: Schema, root: Schema = schema): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => {
    const rule = rules[keyword];
    if (rule === undefined) throw new Error(`keyword ${keyword} is not supported`);
    return rule(wanted as never, value, schema, root);
  });
}

const rules: Readonly<Record<string, Rule>> = {
  $schema: () => true,
  $defs: () => true,
  title: () => true,
  description: () => true,
  $ref: (ref: string, value, _schema, root) => matchesSchema(value, at(root, ref), root),
  type: (types: string | readonly string[], value) => [types].flat().some((type) => isOfType(value, type)),
  const: (wanted: unknown, value) => wanted === value,
  enum: (wanted: readonly unknown[], value) => wanted.includes(value),
  not: (schema: Schema, value, _schema, root) => !matchesSchema(value, schema, root),
  anyOf: (schemas: readonly Schema[], value, _schema, root) => schemas.some((one) => matchesSchema(value, one, root)),
  minLength: (least: number, value) => typeof value !== 'string' || [...value].length >= least,
  maxLength: (most: number, value) => typeof value !== 'string' || [...value].length <= most,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  format: (format: string, value) => format === 'uri' && (typeof value !== 'string' || URL.canParse(value)),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  uniqueItems: (wanted: boolean, value) => !wanted || !Array.isArray(value) || new Set(value).size === value.length,
  contains: (schema: Schema, value, _schema, root) =>
    !Array.isArray(value) || value.some((item) => matchesSchema(item, schema, root)),
  items: (schema: Schema, value, _schema, root) =>
    !Array.isArray(value) || value.every((item) => matchesSchema(item, schema, root)),
  required: (keys: readonly string[], value) => !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  propertyNames: (schema: Schema, value, _schema, root) =>
    !isObject(value) || Object.keys(value).every((key) => matchesSchema(key, schema, root)),
  properties: (properties: Readonly<Record<string, Schema>>, value, _schema, root) =>
    !isObject(value) ||
    Object.entries(properties).every(
      ([key, property]) => !Object.hasOwn(value, key) || matchesSchema(value[key], property, root),
    ),
  additionalProperties: (additional: Schema, value, schema, root) =>
    !isObject(value) ||
    Object.keys(value).every(
      (key) => Object.hasOwn(schema.properties ?? {}, key) || matchesSchema(value[key], additional, root),
    ),
};

function at(root: Schema, ref: string): Schema {
  const [, section = '', name = ''] = ref.split('/');
  return (root[section] as Readonly<Record<string, Schema>>)[name] as Schema;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
