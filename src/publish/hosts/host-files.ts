/**
 * Configuration files of web hosts, rendered from the header rules of all layouts, so that a host sends what `serve` sends.
 * `templates/render-hosts.js` writes them to `templates/hosts/`.
 */
import { type HeaderRule, sharedHeaders } from '../header-rules.ts';
import { renderApache } from './apache.ts';
import { renderCaddy } from './caddy.ts';
import { renderHeadersFile } from './headers-file.ts';
import { renderNginx } from './nginx.ts';
import { type PackageLists, renderUploadScript } from './upload-script.ts';

/** The input for rendering host files. */
export interface HostTable {
  /** In upload order. */
  readonly rules: readonly HeaderRule[];
  /** Every tree has at least one of these files. */
  readonly entryPoints: readonly string[];
  readonly packageLists: readonly PackageLists[];
}

/** The host files, by name. */
export function renderHostFiles({ rules, entryPoints, packageLists }: HostTable): ReadonlyMap<string, string> {
  return new Map([
    ['.htaccess', renderApache(rules, sharedHeaders)],
    ['Caddyfile', renderCaddy(rules, sharedHeaders)],
    ['_headers', renderHeadersFile(rules, sharedHeaders)],
    ['nginx.conf', renderNginx(rules, sharedHeaders)],
    ['upload.sh', renderUploadScript(rules, entryPoints, packageLists)],
  ]);
}
