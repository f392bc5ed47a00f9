/**
 * Small documents as repositories have them in `details/`: metadata keyfiles of apps, and JSON documents with a changelog
 * and package deltas. The same numbers give the same documents.
 */
import { encodeText } from '../../../../../../src/bytes/bytes.ts';

const WORDS =
  'alpha beacon cedar delta ember fable gamma harbor iris jade karma lumen maple nova onyx pixel quartz raven';
const PARTS =
  'build translations parser icons documentation manual plugins scheduler installer tests shortcuts launcher cache';

/** Numbers below `limit`, the same for the same seed. */
export function sequence(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Bytes that do not compress. */
export function noise(length: number, seed: number): Uint8Array {
  const next = sequence(seed);
  return Uint8Array.from({ length }, () => next(256));
}

/** Printable text without any repetition to speak of. */
export function textOf(length: number, seed: number): string {
  const next = sequence(seed);
  return String.fromCharCode(...Array.from({ length }, () => 33 + next(94)));
}

/** The metadata of an app, 400 to 900 bytes. */
export function keyfile(seed: number): Uint8Array {
  const next = sequence(seed);
  const pick = chooser(next);
  const name = pick(WORDS);
  const id = `${pick('org com net io.gitlab')}.${pick(WORDS)}${seed}.${name}`;
  const vendor = pick('org.freedesktop org.gnome org.kde');
  const branch = pick('x86_64/20.08 x86_64/3.38 x86_64/5.15');
  const folders = pick('home host xdg-download;xdg-pictures home;/run/media xdg-config/kdeglobals:ro;xdg-music');
  const bus = ['org.freedesktop.Notifications', 'org.kde.StatusNotifierWatcher', 'org.gtk.vfs.*', 'ca.desrt.dconf'];
  return encodeText(`[Application]
name=${id}
runtime=${vendor}.Platform/${branch}
sdk=${vendor}.Sdk/${branch}
command=${name}

[Context]
shared=${pick('network;ipc; ipc;')}
sockets=${pick('x11;wayland;pulseaudio;fallback-x11; x11;pulseaudio; wayland;fallback-x11;')}
devices=${pick('dri; all;')}
filesystems=${folders};

[Session Bus Policy]
${bus
  .filter(() => next(2) === 0)
  .map((owner) => `${owner}=talk\n`)
  .join('')}
[Extension ${id}.Debug]
directory=lib/debug
autodelete=true
no-autodownload=true

[Extension ${id}.Locale]
directory=share/runtime/locale
autodelete=true
locale-subset=true

[Build]
built-extensions=${id}.Debug;${id}.Locale;${id}.Sources;
`);
}

/** A changelog and package deltas, 300 to 900 bytes. */
export function changes(seed: number): Uint8Array {
  const next = sequence(seed);
  const pick = chooser(next);
  const name = `${pick(WORDS)}-${pick(WORDS)}`;
  const version = `${next(9)}.${next(30)}`;
  const entries = Array.from(
    { length: 1 + next(5) },
    () =>
      `  * ${pick('Fix Update Add Remove Improve')} the ${pick(PARTS)}${next(2) ? ` (Closes: #${800_000 + next(90_000)})` : ''}.\n`,
  );
  const packageDeltas = Array.from({ length: 1 + next(3) }, (_, i) => ({
    from: `${version}-${i + 1}`,
    sha256: Array.from({ length: 64 }, () => next(16).toString(16)).join(''),
    size: next(1_000_000),
    path: `deltas/${name[0]}/${name}_${version}-${i + 1}.bsdiff`,
  }));
  const changelog = `${name} (${version}-9) unstable; urgency=${pick('low medium high')}\n\n${entries.join('')}`;
  return encodeText(JSON.stringify({ changelog, packageDeltas }));
}

/** Chooses among words. */
function chooser(next: (limit: number) => number): (words: string) => string {
  return (words) => {
    const choice = words.split(' ');
    return choice[next(choice.length)] ?? '';
  };
}
