/** The words of the toy layout. */
import type { Words } from '../../../src/layouts/layout.ts';
import { formatPlural } from '../../../src/text/quantity.ts';
import type { ToyInspection } from './inspect.ts';

/** What the commands say of a list. */
export const toyWords: Words = {
  content: ({ packages }) => formatPlural(packages, 'record'),
  built: () => 'toy list',
  verified: ({ counts }) => ({ about: 'toy list', checked: [formatPlural(counts.lines ?? 0, 'line')] }),
  inspected: ({ lines }: ToyInspection) => [`a list of ${formatPlural(lines, 'record')}`],
  nextCommand: (directory, sibling) => ['repomill', 'build', directory, '--layout', 'toy', '--out', sibling('public')],
  serveHint: (url) => `read it by\n  curl ${url}list.txt`,
};
