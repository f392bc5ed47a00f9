import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseBaseUrl } from '../../../../src/platform/http/base-url.ts';

afterEach(() => void vi.unstubAllGlobals());

describe('the URL of a tree on a web page', () => {
  it.each([
    ['/repo/', 'https://host.example/repo/'],
    ['/repo', 'https://host.example/repo/'],
    ['repo', 'https://host.example/app/repo/'],
    ['.', 'https://host.example/app/'],
    ['..', 'https://host.example/'],
    ['//other.example/repo', 'https://other.example/repo/'],
    ['https://other.example/repo', 'https://other.example/repo/'],
  ])('%j is relative to that page', (base, url) => {
    vi.stubGlobal('location', { href: 'https://host.example/app/index.html?page=1#top' });
    expect(parseBaseUrl(base)).toEqual({ url, query: '', headers: {} });
  });

  it('is relative to the base of the document, as for everything else on the page', () => {
    vi.stubGlobal('location', { href: 'https://host.example/app/index.html' });
    vi.stubGlobal('document', { baseURI: 'https://host.example/other/' });
    expect(parseBaseUrl('repo?sig=1')).toEqual({
      url: 'https://host.example/other/repo/',
      query: '?sig=1',
      headers: {},
    });
  });

  it.each([
    ['', 'https://host.example/app/'],
    ['repo', 'file:///home/index.html'],
    ['repo', 'blob:https://host.example/1'],
    ['repo', undefined],
  ])('%j is refused on a page at %j', (base, href) => {
    vi.stubGlobal('location', href === undefined ? undefined : { href });
    expect(() => parseBaseUrl(base)).toThrow(`expected an http or https URL, found ${JSON.stringify(base)}`);
  });
});
