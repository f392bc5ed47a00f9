/**
 * The page that `repomill serve` shows at the top of a tree without an `index.html`: what this is, and how to read it.
 */
import { withArticle } from '../text/word-list.ts';

/** A layout that is in the tree. */
export interface ServedLayout {
  /** `repomill repository` */
  readonly title: string;
  /** The file that clients start from. */
  readonly entryPoint: string;
  /** How its clients find it, if it says so. */
  readonly hint?: string | undefined;
}

/** The page as HTML. */
export function formatFrontPage(directory: string, found: readonly ServedLayout[], url: string): string {
  const parts = found.map(
    ({ title, entryPoint, hint }) =>
      `<p>This is ${escapeHtml(withArticle(title))}. Clients start from <a href="${escapeHtml(entryPoint)}">${escapeHtml(entryPoint)}</a>.</p>\n` +
      (hint === undefined ? '' : `<pre>${escapeHtml(hint)}</pre>\n`),
  );
  const none = '<p>There is no repository in it: <code>repomill build</code> writes one.</p>\n';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(directory)}</title>
<h1>Preview of ${escapeHtml(directory)}</h1>
<p>This address is for package clients. There is no <code>index.html</code> in the directory, so nothing is shown here.</p>
${parts.join('') || none}<p>The address of the repository: <code>${escapeHtml(url)}</code></p>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
