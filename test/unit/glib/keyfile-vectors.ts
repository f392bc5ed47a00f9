/**
 * Key files, and what GLib 2.74 reads in them: `g_key_file_load_from_data`, then each getter. What a getter refuses is left out.
 */

/** A key as the getters give it: no `string` or `list` where an escape is wrong, no `boolean` or `integer` for false and 0. */
export interface KeyVector {
  readonly key: string;
  readonly string?: string;
  readonly boolean?: true;
  readonly integer?: number;
  readonly list?: readonly string[];
}

/** A key file that GLib reads. */
export interface KeyfileVector {
  readonly title: string;
  readonly text: string;
  readonly groups: readonly (readonly [group: string, keys: readonly KeyVector[]])[];
}

export const GOOD_KEYFILES: readonly KeyfileVector[] = [
  { title: 'empty', text: '', groups: [] },
  {
    title: 'comments and blank lines',
    text: '# c\n\n  \n[g]\n#x=1\na=1\n  # indented\n',
    groups: [['g', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  {
    title: 'CRLF',
    text: '[g]\r\na=1\r\nb=two words\r\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] },
          { key: 'b', string: 'two words', list: ['two words'] },
        ],
      ],
    ],
  },
  {
    title: 'no line end',
    text: '[g]\na=1',
    groups: [['g', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  {
    title: 'blanks around',
    text: '[g]\n  a  =   1  \nb= \nc=\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '1  ', boolean: true, integer: 1, list: ['1  '] },
          { key: 'b', string: '', list: [] },
          { key: 'c', string: '', list: [] },
        ],
      ],
    ],
  },
  {
    title: 'blanks around a heading',
    text: '  [g]\na=1\n[h]   \nb=2\n',
    groups: [
      ['g', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]],
      ['h', [{ key: 'b', string: '2', integer: 2, list: ['2'] }]],
    ],
  },
  {
    title: 'a key twice',
    text: '[g]\na=1\na=2\nb=3\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '2', integer: 2, list: ['2'] },
          { key: 'b', string: '3', integer: 3, list: ['3'] },
        ],
      ],
    ],
  },
  {
    title: 'a group twice',
    text: '[g]\na=1\n[h]\nb=1\n[g]\na=2\nc=3\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '2', integer: 2, list: ['2'] },
          { key: 'c', string: '3', integer: 3, list: ['3'] },
        ],
      ],
      ['h', [{ key: 'b', string: '1', boolean: true, integer: 1, list: ['1'] }]],
    ],
  },
  {
    title: 'an empty group',
    text: '[g]\n[h]\na=1\n',
    groups: [
      ['g', []],
      ['h', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]],
    ],
  },
  {
    title: 'a blank in a heading',
    text: '[a group]\na=1\n',
    groups: [['a group', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  {
    title: 'locale',
    text: '[g]\na=1\na[de]=2\n',
    groups: [['g', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  {
    title: 'a blank in a key',
    text: '[g]\na key=1\n',
    groups: [['g', [{ key: 'a key', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  { title: 'equals in a value', text: '[g]\na=b=c\n', groups: [['g', [{ key: 'a', string: 'b=c', list: ['b=c'] }]]] },
  { title: 'hash in a value', text: '[g]\na=b#c\n', groups: [['g', [{ key: 'a', string: 'b#c', list: ['b#c'] }]]] },
  { title: 'umlauts', text: '[g]\nä=ö\n', groups: [['g', [{ key: 'ä', string: 'ö', list: ['ö'] }]]] },
  {
    title: 'escapes',
    text: '[g]\na=\\s\\n\\t\\r\\\\\nb=x\\qy\nc=end\\\nd=\\;\ne=\\"\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: ' \n\t\r\\', list: [' \n\t\r\\'] },
          { key: 'b' },
          { key: 'c' },
          { key: 'd', list: [';'] },
          { key: 'e' },
        ],
      ],
    ],
  },
  {
    title: 'a tab before a value',
    text: '[g]\na\t=\tb\t\n',
    groups: [['g', [{ key: 'a', string: 'b\t', list: ['b\t'] }]]],
  },
  {
    title: 'lists',
    text: '[g]\na=1;2;3;\nb=1;2;3\nc=\nd=;\ne=;;\nf=a\\;b;c\ng=a\\\\;b\nh=a\\sb;c\ni=a\\qb;c\nj=a;b\\\nk=a; b ;\nl=a\\\\\\;b;c\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '1;2;3;', list: ['1', '2', '3'] },
          { key: 'b', string: '1;2;3', list: ['1', '2', '3'] },
          { key: 'c', string: '', list: [] },
          { key: 'd', string: ';', list: [''] },
          { key: 'e', string: ';;', list: ['', ''] },
          { key: 'f', list: ['a;b', 'c'] },
          { key: 'g', string: 'a\\;b', list: ['a\\', 'b'] },
          { key: 'h', string: 'a b;c', list: ['a b', 'c'] },
          { key: 'i' },
          { key: 'j' },
          { key: 'k', string: 'a; b ;', list: ['a', ' b '] },
          { key: 'l', list: ['a\\;b', 'c'] },
        ],
      ],
    ],
  },
  {
    title: 'booleans',
    text: '[g]\na=true\nb=1\nc=true  \nd=TRUE\ne=yes\nf=false\ng=0\nh=\ni=truex\nj=\\true\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: 'true', boolean: true, list: ['true'] },
          { key: 'b', string: '1', boolean: true, integer: 1, list: ['1'] },
          { key: 'c', string: 'true  ', boolean: true, list: ['true  '] },
          { key: 'd', string: 'TRUE', list: ['TRUE'] },
          { key: 'e', string: 'yes', list: ['yes'] },
          { key: 'f', string: 'false', list: ['false'] },
          { key: 'g', string: '0', list: ['0'] },
          { key: 'h', string: '', list: [] },
          { key: 'i', string: 'truex', list: ['truex'] },
          { key: 'j', string: '\true', list: ['\true'] },
        ],
      ],
    ],
  },
  {
    title: 'integers',
    text: '[g]\na=1\nb= 12 \nc=-3\nd=+4\ne=2147483647\nf=2147483648\ng=9999999999\nh=1x\ni=0x10\nj=\nk=1.5\nl=007\nm=1 2\nn=-2147483649\no=99999999999999999999\n',
    groups: [
      [
        'g',
        [
          { key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] },
          { key: 'b', string: '12 ', integer: 12, list: ['12 '] },
          { key: 'c', string: '-3', integer: -3, list: ['-3'] },
          { key: 'd', string: '+4', integer: 4, list: ['+4'] },
          { key: 'e', string: '2147483647', integer: 2147483647, list: ['2147483647'] },
          { key: 'f', string: '2147483648', list: ['2147483648'] },
          { key: 'g', string: '9999999999', list: ['9999999999'] },
          { key: 'h', string: '1x', list: ['1x'] },
          { key: 'i', string: '0x10', list: ['0x10'] },
          { key: 'j', string: '', list: [] },
          { key: 'k', string: '1.5', list: ['1.5'] },
          { key: 'l', string: '007', integer: 7, list: ['007'] },
          { key: 'm', string: '1 2', integer: 1, list: ['1 2'] },
          { key: 'n', string: '-2147483649', list: ['-2147483649'] },
          { key: 'o', string: '99999999999999999999', list: ['99999999999999999999'] },
        ],
      ],
    ],
  },
  {
    title: 'a vertical tab',
    text: '[g]\na=\u000bx\n',
    groups: [['g', [{ key: 'a', string: '\u000bx', list: ['\u000bx'] }]]],
  },
  {
    title: 'a lone carriage return',
    text: '[g]\na=1\rb=2\n',
    groups: [['g', [{ key: 'a', string: '1\rb=2', integer: 1, list: ['1\rb=2'] }]]],
  },
  {
    title: 'unicode blank',
    text: '[g]\na=\u00a0x\u00a0\n',
    groups: [['g', [{ key: 'a', string: '\u00a0x\u00a0', list: ['\u00a0x\u00a0'] }]]],
  },
  {
    title: 'prototype names',
    text: '[__proto__]\nconstructor=1\n__proto__=2\n',
    groups: [
      [
        '__proto__',
        [
          { key: 'constructor', string: '1', boolean: true, integer: 1, list: ['1'] },
          { key: '__proto__', string: '2', integer: 2, list: ['2'] },
        ],
      ],
    ],
  },
  {
    title: 'indented comment before heading',
    text: ' # hello\n[g]\na=1\n',
    groups: [['g', [{ key: 'a', string: '1', boolean: true, integer: 1, list: ['1'] }]]],
  },
  {
    title: 'quote',
    text: '[remote "x"]\nurl=y\n',
    groups: [['remote "x"', [{ key: 'url', string: 'y', list: ['y'] }]]],
  },
  {
    title: 'dash key',
    text: '[g]\nauthenticator-options.x-y=z\n_u=1\n1=2\n',
    groups: [
      [
        'g',
        [
          { key: 'authenticator-options.x-y', string: 'z', list: ['z'] },
          { key: '_u', string: '1', boolean: true, integer: 1, list: ['1'] },
          { key: '1', string: '2', integer: 2, list: ['2'] },
        ],
      ],
    ],
  },
];

/** Key files that GLib refuses. */
export const BAD_KEYFILES: readonly (readonly [title: string, text: string])[] = [
  ['key before a group', 'a=1\n[g]\n'],
  ['no equals sign', '[g]\njunk\n'],
  ['no key', '[g]\n=1\n'],
  ['heading not closed', '[g\na=1\n'],
  ['text after a heading', '[g] x\na=1\n'],
  ['an empty heading', '[]\na=1\n'],
  ['brackets in a heading', '[g[x]]\na=1\n'],
  ['a control character in a heading', '[g\u0001]\na=1\n'],
  ['a bad locale', '[g]\na[=2\n'],
  ['brackets in a key', '[g]\n[a]b=1\n'],
  ['a semicolon line', '; c\n[g]\n'],
  ['a blank after a key with brackets', '[g]\na [de]=2\n'],
];
