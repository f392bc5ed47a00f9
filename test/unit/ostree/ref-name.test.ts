import { describe, expect, it } from 'vitest';
import { isRefName, parseRefName } from '../../../src/ostree/ref-name.ts';

describe('parseRefName', () => {
  it.each([
    ['app/org.a.B/x86_64/stable', { kind: 'app', id: 'org.a.B', arch: 'x86_64', branch: 'stable' }],
    ['runtime/org.a.B.Locale/arm/23.08', { kind: 'runtime', id: 'org.a.B.Locale', arch: 'arm', branch: '23.08' }],
    ['app/org.a.B', { kind: 'app' }],
    ['app/org.a.B/x86_64', { kind: 'app' }],
    ['runtime/org.a.B/x86_64/a/b', { kind: 'runtime', arch: 'x86_64' }],
    ['appstream/x86_64', { kind: 'appstream', arch: 'x86_64' }],
    ['appstream/a-b', { kind: 'appstream', arch: 'b' }],
    ['appstream2/x86_64', { kind: 'appstream2', arch: 'x86_64' }],
    ['appstream2/free-x86_64', { kind: 'appstream2', arch: 'x86_64', subset: 'free' }],
    ['appstream2/a-b-arm', { kind: 'appstream2', arch: 'arm', subset: 'a-b' }],
    ['appstream2/-arm', { kind: 'appstream2', arch: 'arm', subset: '' }],
    ['app', { kind: 'other' }],
    ['appstream', { kind: 'other' }],
    ['apps/org.a.B/x86_64/stable', { kind: 'other' }],
    ['ostree-metadata', { kind: 'other' }],
    ['custom/app/org.a.B/x86_64', { kind: 'other' }],
    ['App/org.a.B/x86_64/stable', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('%s', (ref, expected) => {
    expect(parseRefName(ref)).toEqual(expected);
  });
});

describe('isRefName', () => {
  it.each(['a', 'app/org.a.B/x86_64/stable', '_u', '0', 'a.lock', 'a/b.c_d-e', 'a..b', 'a.'])('accepts %s', (name) => {
    expect(isRefName(name)).toBe(true);
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    '.a',
    'a/.b',
    'a/..',
    'a b',
    'a\n',
    'a\0',
    'a+b',
    'ä',
    'a\\b',
    'a:b',
    '*',
  ])('refuses %j', (name) => {
    expect(isRefName(name)).toBe(false);
  });

  it('refuses a name that no file system holds', () => {
    expect([isRefName(`${'a/'.repeat(2039)}a`), isRefName(`${'a/'.repeat(2040)}a`)]).toEqual([true, false]);
  });
});
