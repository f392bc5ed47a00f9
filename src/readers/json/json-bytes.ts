/**
 * The bytes that give JSON its structure. All are ASCII, so they can be looked for in UTF-8 before it is decoded.
 */

/** Structural bytes by name. */
export const byte = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
