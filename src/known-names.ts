/** The names that a configuration may use, each from the table that it is in. */
import type { KnownNames } from './config/parse-config.ts';
import { configSections, layoutNames } from './layouts/layouts.ts';
import { presets } from './platform/templates.ts';
import { readerNames } from './readers/readers.ts';

/** Names of readers, layouts, their sections and presets. */
export const knownNames: KnownNames = {
  readers: readerNames,
  layouts: layoutNames,
  sections: configSections,
  presets,
};
