/**
 * Character encodings by the labels of the Encoding Standard (https://encoding.spec.whatwg.org), as browsers know them:
 * `latin1` and `ascii` mean windows-1252.
 */

/** Labels to suggest for one that is unknown: the names of the standard, and the labels that people know better. */
export const encodingLabels: readonly string[] = [
  ...['utf-8', 'utf-16', 'utf-16le', 'utf-16be', 'ascii', 'latin1', 'iso-8859-1', 'cp1252'],
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15].map((part) => `iso-8859-${part}`),
  ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`),
  ...['windows-874', 'ibm866', 'koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic'],
  ...['shift_jis', 'euc-jp', 'iso-2022-jp', 'gbk', 'gb2312', 'gb18030', 'big5', 'euc-kr'],
];

/** The name of the encoding that a label means, in lower case; undefined for an unknown label. */
export function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
