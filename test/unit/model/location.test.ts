import { expect, it } from 'vitest';
import { isUrl, pathBelow, withoutEndSlash } from '../../../src/model/location.ts';

it.each(['http://example.org', 'https://example.org/repo', 'HTTPS://example.org', 'Http://127.0.0.1:8080/'])(
  'takes %s for a URL',
  (location) => {
    expect(isUrl(location)).toBe(true);
  },
);

it.each(['', '.', 'public', '/srv/https://example.org', 'https:/example.org', 'ftp://example.org/', 'C:\\public'])(
  'does not take %j for a URL',
  (location) => {
    expect(isUrl(location)).toBe(false);
  },
);

it.each([
  ['public', 'public'],
  ['a/public//', 'a/public'],
  ['/', '/'],
  ['https://example.org/', 'https://example.org'],
])('%j without slashes at its end is %j', (location, plain) => {
  expect(withoutEndSlash(location)).toBe(plain);
});

it.each([
  ['public', 'public/index.json'],
  ['./public//', './public/index.json'],
  ['/', '/index.json'],
  ['https://example.org/repo/', 'https://example.org/repo/index.json'],
])('a path below %j is %j', (location, path) => {
  expect(pathBelow(location, 'index.json')).toBe(path);
});
