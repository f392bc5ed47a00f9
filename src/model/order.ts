/**
 * The order of texts: by Unicode code point, which is also the byte order of their UTF-8 form. Never by locale.
 */

/** Compares two texts by code point: negative, zero or positive. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

// UTF-16 puts surrogates (code points from 0x10000) before 0xE000-0xFFFF; this puts them after.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
