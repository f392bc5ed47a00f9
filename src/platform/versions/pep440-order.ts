/** The order of Python's versions (PEP 440). Loaded only for repositories that declare it. */
import pep440 from '@renovatebot/pep440';
import { validVersionOrder } from '../../model/versions/total-order.ts';
import type { VersionOrder } from '../../model/versions/version-order.ts';

/** Versions need not be in their normal form: `1.0-RC.1` is `1.0rc1`. */
export const pep440Order: VersionOrder = validVersionOrder((version) => pep440.valid(version) !== null, pep440.compare);
