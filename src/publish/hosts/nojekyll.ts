/**
 * `.nojekyll`: GitHub Pages passes a branch through Jekyll, which leaves out every name that begins with an underscore, unless
 * a file of this name is at the top. Source: https://docs.github.com/en/pages/getting-started-with-github-pages/
 * about-github-pages-and-jekyll.
 */
import type { PlannedFile } from '../tree-plan.ts';

/** The file, if a path of the tree needs it. */
export function nojekyllFor(paths: readonly string[]): readonly PlannedFile[] {
  if (!paths.some((path) => /(?:^|\/)_/.test(path))) return [];
  return [{ path: '.nojekyll', content: async () => new Uint8Array(0) }];
}
