/** The order of Semantic Versioning 2.0.0, section 11. Loaded only for repositories that declare it. */
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import { validVersionOrder } from '../../model/versions/total-order.ts';
import type { VersionOrder } from '../../model/versions/version-order.ts';

/** Build metadata does not count. A leading `v` is allowed. */
export const semverOrder: VersionOrder = validVersionOrder(
  (version) => START.test(version) && parse(version) !== null,
  compare,
);

// How every valid version begins. The parser takes twenty times as long for the others, because it throws and catches an error.
const START = /^\s*v?\d+\.\d+\.\d/;
