import { expect, it } from 'vitest';
import { isUrl } from '../../../src/model/location.ts';

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
