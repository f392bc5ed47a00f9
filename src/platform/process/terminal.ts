/**
 * The process's terminal: standard output for data, standard error for conversation, colours only where a person looks. All
 * output goes through here, and is made printable: whatever comes from a file or a host, it commands no terminal.
 */
import { styleText } from 'node:util';
import { printable, printableInColour } from '../../text/printable.ts';

/** The role of a piece of text; each has its own colour. */
export type Style = 'strong' | 'faint' | 'good' | 'warning' | 'bad' | 'name';

/** Where a command writes. */
export interface Terminal {
  /** One line of data, to standard output. */
  data(line: string): void;
  /** One line of conversation, to standard error. */
  note(line: string): void;
  /** Shows a line that the next one replaces; the empty text clears it. Only where `interactive`. */
  overwrite(line: string): void;
  /** Whether standard error is a terminal that can overwrite a line. */
  readonly interactive: boolean;
  /** Width of the terminal in characters, at this moment. */
  readonly columns: number;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
  /** Colours a text for standard output. */
  style(style: Style, text: string): string;
  /** Colours a text for standard error. */
  noteStyle(style: Style, text: string): string;
}

const colours = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  name: 'cyan',
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>;

/** The terminal of this process. Colours follow NO_COLOR and FORCE_COLOR. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  // A reader that closes early, such as `head`, is not an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const hasColours = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && stream.hasColors();
  const paint = (stream: NodeJS.WriteStream) => (style: Style, text: string) =>
    hasColours(stream) ? styleText(colours[style], text) : text;
  const shown = (stream: NodeJS.WriteStream, text: string): string =>
    hasColours(stream) ? printableInColour(text) : printable(text);
  return {
    data: (line) => void stdout.write(`${shown(stdout, line)}\n`),
    note: (line) => void stderr.write(`${shown(stderr, line)}\n`),
    overwrite: (line) => void stderr.write(`\r\u001b[2K${shown(stderr, line)}`),
    interactive: stderr.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      return columnsOf(stderr.columns, process.env.COLUMNS);
    },
    unicode: showsUnicode(process.env, process.platform),
    style: paint(stdout),
    noteStyle: paint(stderr),
  };
}

/** A terminal without a size, such as a serial line, says 0; what the user exported counts then. */
export function columnsOf(own: number | undefined, exported: string | undefined): number {
  if (own !== undefined && own > 0) return own;
  return /^[1-9]\d{0,3}$/.test(exported ?? '') ? Number(exported) : DEFAULT_COLUMNS;
}

const DEFAULT_COLUMNS = 80;

/**
 * Whether the locale's characters are those of Unicode. POSIX: of `LC_ALL`, `LC_CTYPE` and `LANG`, the first that is not
 * empty counts. Terminals of Windows show Unicode and have no such variables.
 */
export function showsUnicode(environment: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = environment;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale === '' ? platform === 'win32' : /utf-?8/i.test(locale);
}
