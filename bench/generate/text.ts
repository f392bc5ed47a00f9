/**
 * Names and sentences: words of the trade, and words that are made of syllables, frequent ones more often than rare ones.
 */
import type { Random } from './random.ts';

const WORDS = `
  library for the of and a to in with tool files data from development support simple interface command line documentation module
  programs common system client server debug runtime headers plugin text based network extension web image package shared utility
  language bindings framework file format graphical game engine manager configuration database parser audio video access test
  written fast using reading writing protocol library's version static python implementation standard environment terminal
  display editor desktop converter compression numerical generic application message window theme collection functions analysis
  viewer monitor storage security daemon wrapper toolkit backend frontend structured search metadata archive parallel scientific
  creation manipulation handling processing distributed object mapping translation font virtual dynamic remote local printing
  keyboard device driver kernel firmware email chat calendar music player recorder codec stream buffer cache queue scheduler thread
  matrix vector geometry graph tree table index query template markup syntax highlighting checker linter formatter compiler linker
  assembler emulator simulator puzzle arcade strategy board card racing adventure astronomy chemistry biology physics statistics
  geography map navigation weather finance accounting education children accessibility speech translator dictionary thesaurus
  spelling publishing bibliography reference notes tasks clock timer password keyring certificate signature encryption hashing`
  .trim()
  .split(/\s+/);

const ONSETS = [
  'b',
  'br',
  'c',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'j',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pr',
  'qu',
  'r',
  's',
  'st',
  't',
  'v',
  'w',
  'x',
  'z',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'y', 'ai', 'ea', 'io', 'ou'];
const CODAS = ['', '', '', 'l', 'm', 'n', 'r', 's', 't', 'x', 'nd', 'rk'];

/** A word of the trade. */
export function word(random: Random): string {
  return WORDS[random.skewed(WORDS.length)] ?? 'library';
}

/** An invented word of one to three syllables. */
export function newWord(random: Random): string {
  return Array.from(
    { length: random.between(1, 3) },
    () => random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS),
  ).join('');
}

/** A line without a full stop: words of the trade, and here and there a name. */
export function phrase(random: Random, words: number): string {
  const text = Array.from({ length: words }, () => (random.chance(0.15) ? newWord(random) : word(random))).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
