/**
 * What is wrong with a command line, in our words: yargs says that something is unknown or missing, and the help page of the command
 * knows what there is. Loaded only after a mistake.
 */
import type { Argv } from 'yargs';
import { configKeys } from '../config/config.ts';
import { RepomillError } from '../errors.ts';
import { closestWord } from '../text/closest-word.ts';
import { commands } from './commands/commands.ts';

/** Messages of yargs that need nothing but other words. */
const complaints: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^Not enough arguments following: (.*)$/, '--$1: expected a value, found nothing'],
  [/^Invalid values:\s*Argument: (.*), Given: (.*), Choices: (.*)$/, '--$1: expected one of $3, found $2'],
];

/**
 * The error for a command line that yargs refuses.
 *
 * @param complaint - what yargs says
 * @param parser - makes a parser like the one that refused, which prints help in lines of any length
 */
export async function usageError(
  complaint: string,
  words: readonly string[],
  parser: (words: readonly string[]) => Argv,
): Promise<RepomillError> {
  const name = words.find((word) => !word.startsWith('-'));
  const command = commandNames.find((known) => known === name);
  if (name !== undefined && command === undefined) {
    const message = `${name}: no such command${suggestion(name, commandNames)}`;
    return new RepomillError('usage', message, { hint: 'see repomill --help' });
  }
  const page = await readHelp(command, parser);
  return new RepomillError('usage', sentenceFor(complaint, command, words, page), {
    hint: command === undefined ? 'see repomill --help' : `see repomill ${command} --help`,
  });
}

const commandNames: readonly string[] = commands.map(({ words }) => words.split(' ', 1)[0] ?? '');

/** What a help page says: descriptions by the names of options, and positionals in their order. */
interface HelpPage {
  readonly options: ReadonlyMap<string, string>;
  readonly positionals: ReadonlyMap<string, string>;
}

async function readHelp(command: string | undefined, parser: (words: readonly string[]) => Argv): Promise<HelpPage> {
  const asked = [...(command === undefined ? [] : [command]), '--help'];
  let text = '';
  await parser(asked).parseAsync([...asked], {}, (_error, _options, output) => {
    text = output;
  });
  const positionals = /^Positionals:\n((?: .*\n)*)/m.exec(text)?.[1] ?? '';
  return {
    options: entriesOf(text, /^ +(?:-\w, )?--([\w-]+) +(.*)$/gm),
    positionals: entriesOf(positionals, /^ +([\w-]+) +(.*)$/gm),
  };
}

function entriesOf(text: string, line: RegExp): ReadonlyMap<string, string> {
  // The type and the default are in brackets after the description.
  return new Map([...text.matchAll(line)].map(([, name = '', about = '']) => [name, about.replace(/ +\[.*$/, '')]));
}

function sentenceFor(
  complaint: string,
  command: string | undefined,
  words: readonly string[],
  { options, positionals }: HelpPage,
): string {
  const [, unknown] = /^Unknown (?:argument|command)s?: (.*)$/.exec(complaint) ?? [];
  if (unknown !== undefined) {
    const names = unknown.split(', ');
    const asOptions = names.filter((one) => words.some((word) => optionOf(word) === one));
    if (asOptions.length === 0) return `${names.join(', ')}: unexpected; ${command} takes ${takes(positionals)}`;
    const known = [...options.keys()];
    return asOptions
      .map((one) => `${spelled(one, words)}: no such option${meantOption(one, command, known)}`)
      .join('; ');
  }
  const [, given] = /^Not enough non-option arguments: got (\d+), need at least \d+$/.exec(complaint) ?? [];
  const [, missing] = /^Missing required arguments?: ([^,]*)/.exec(complaint) ?? [];
  if (given !== undefined && command !== undefined) {
    const [name = '', about = ''] = [...positionals][Number(given)] ?? [];
    return `${command} needs ${name.toUpperCase()}: ${lowerFirst(about)}`;
  }
  if (missing !== undefined) return missingOption(command, missing, options.get(missing));
  return complaints.reduce((text, [theirs, ours]) => text.replace(theirs, ours), complaint);
}

/** The message for an option that a command needs: `pull needs --cache DIR: directory of the local copy`. */
export function missingOption(command: string | undefined, option: string, about = ''): string {
  const [, placeholder] = /^(Directory|File|URL)\b/.exec(about) ?? [];
  const value =
    placeholder === undefined ? '' : ` ${placeholder.slice(0, placeholder === 'Directory' ? 3 : 4).toUpperCase()}`;
  return `${command ?? 'repomill'} needs --${option}${value}: ${lowerFirst(about)}`;
}

function optionOf(word: string): string | undefined {
  return /^--?([^=]+)/.exec(word)?.[1];
}

/** An option as the person wrote it. */
function spelled(option: string, words: readonly string[]): string {
  return words.find((word) => optionOf(word) === option)?.split('=', 1)[0] ?? `--${option}`;
}

// A key of the configuration is often tried as an option.
function meantOption(word: string, command: string | undefined, known: readonly string[]): string {
  const meant = suggestion(word, known, '--');
  const key = meant === '' && command === 'build' ? closestWord(word, configKeys) : undefined;
  return key === undefined ? meant : `, did you mean ${key}: in repomill.yaml?`;
}

function suggestion(word: string, known: readonly string[], before = ''): string {
  const meant = closestWord(word, known) ?? longerWord(word, known);
  return meant === undefined ? '' : `, did you mean ${before}${meant}?`;
}

/** The shortest of the words that begin with this one: other programs let people leave out the rest. */
function longerWord(word: string, known: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  return known.filter((one) => one.startsWith(word)).toSorted((a, b) => a.length - b.length)[0];
}

function takes(positionals: ReadonlyMap<string, string>): string {
  return [...positionals.keys()].map((name) => name.toUpperCase()).join(' and ') || 'options only';
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}
