import { describe, expect, it } from 'vitest';
import { encodingLabels, encodingOf } from '../../../../src/platform/encoding/encoding.ts';

describe('encodingOf', () => {
  it.each([
    ['UTF-8', 'utf-8'],
    ['latin1', 'windows-1252'],
    [' ISO-8859-15 ', 'iso-8859-15'],
    ['sjis', 'shift_jis'],
    ['utf-16', 'utf-16le'],
  ])('names the encoding of the label %j', (label, name) => {
    expect(encodingOf(label)).toBe(name);
  });

  it.each(['latin-1', 'utf-32', '', 'constructor'])('knows no encoding %j', (label) => {
    expect(encodingOf(label)).toBeUndefined();
  });

  it('knows every label that is suggested', () => {
    expect(encodingLabels.filter((label) => encodingOf(label) === undefined)).toEqual([]);
  });
});
