/**
 * All commands, in the order of the help page. Every start loads this table; a command is loaded only when it is run.
 */
import type { ListedCommand } from '../command.ts';

export const commands: readonly ListedCommand[] = [
  {
    words: 'init [directory]',
    summary: 'Write a configuration, a sample record, and files for hosts and CI',
    load: async () => (await import('./init.ts')).initCommand,
  },
  {
    words: 'build <input>',
    summary: 'Build or update a published tree from a directory of package metadata',
    load: async () => (await import('./build.ts')).buildCommand,
  },
  {
    words: 'verify <tree>',
    summary: 'Re-derive every digest, apply every delta, replay every client transition',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    words: 'inspect <place>',
    summary: 'Show the contents of a file in a published tree',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    words: 'diff <from> <to>',
    summary: 'Show what changed between two trees, copies or older versions',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    words: 'serve <directory>',
    summary: 'Preview a published tree with the headers a host should send',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    words: 'pull <url>',
    summary: "Bring a client's copy of the metadata up to date",
    load: async () => (await import('./pull.ts')).pullCommand,
  },
  {
    words: 'status',
    summary: 'Show what a repository contains and what has been pulled',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    words: 'show <name>',
    summary: 'Show everything known about a package',
    load: async () => (await import('./show.ts')).showCommand,
  },
  {
    words: 'search [terms..]',
    summary: 'Find packages by words in name, summary, description and tags',
    load: async () => (await import('./search.ts')).searchCommand,
  },
  {
    words: 'plan [packages..]',
    summary: 'Show how many bytes an update or an installation would fetch',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  {
    words: 'cache <action>',
    summary: 'List or remove what builds keep for the next build',
    load: async () => (await import('./cache.ts')).cacheCommand,
  },
];
