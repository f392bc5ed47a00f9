/**
 * Keyfiles as flatpak keeps one with every commit: what an app may reach, what it is built on, which extensions it takes.
 */
import { Random } from './random.ts';
import { newWord } from './text.ts';

/** What apps are built on. */
export interface Runtime {
  readonly id: string;
  readonly sdk: string;
  readonly branch: string;
}

/** Runtimes of 2020. */
export const RUNTIMES: readonly Runtime[] = [
  ...['18.08', '19.08', '20.08'].map((branch) => runtimeOf('org.freedesktop', branch)),
  ...['3.34', '3.36', '3.38'].map((branch) => runtimeOf('org.gnome', branch)),
  ...['5.12', '5.14', '5.15'].map((branch) => runtimeOf('org.kde', branch)),
];

const SHARED = ['network;ipc;', 'ipc;', 'network;ipc;', 'ipc;network;'];
const SOCKETS = [
  'x11;wayland;pulseaudio;fallback-x11;',
  'x11;pulseaudio;',
  'wayland;fallback-x11;',
  'x11;wayland;',
  'x11;',
];
const DEVICES = ['dri;', 'all;', 'dri;kvm;', ''];
const PLACES = [
  'home',
  'host',
  'xdg-download',
  'xdg-documents',
  'xdg-pictures:ro',
  'xdg-music',
  'xdg-videos:ro',
  'xdg-config/kdeglobals:ro',
  'xdg-run/gvfs',
  'xdg-run/gvfsd',
  '/run/media',
  '/media',
  '~/.themes:ro',
  '~/.icons:ro',
];
const BUS_NAMES = [
  'org.freedesktop.Notifications',
  'org.kde.StatusNotifierWatcher',
  'org.gtk.vfs.*',
  'ca.desrt.dconf',
  'org.freedesktop.secrets',
  'org.gnome.SessionManager',
  'org.freedesktop.ScreenSaver',
  'org.mpris.MediaPlayer2.*',
  'org.kde.kwalletd5',
  'com.canonical.AppMenu.Registrar',
  'org.freedesktop.FileManager1',
];
const VARIABLES = [
  'DCONF_USER_CONFIG_DIR=.config/dconf',
  'TMPDIR=/var/tmp',
  'GTK_PATH=/app/lib/gtkmodules',
  'LD_LIBRARY_PATH=/app/lib',
  'PYTHONPATH=/app/lib/python3.8/site-packages',
  'QT_QPA_PLATFORM=xcb',
  'ALSA_CONFIG_PATH=/usr/share/alsa/alsa-flatpak.conf',
];

/** The keyfile of a ref. `suffix` says which: empty for the app or the runtime itself. */
export function keyfileOf(ref: { id: string; suffix: string; arch: string; runtime: Runtime; seed: string }): string {
  const { id, suffix, arch, runtime, seed } = ref;
  if (suffix !== '') return `[Runtime]\nname=${id}${suffix}\n\n[ExtensionOf]\nref=app/${id}/${arch}/stable\n`;
  const random = new Random(seed);
  const base = `runtime=${runtime.id}/${arch}/${runtime.branch}\nsdk=${runtime.sdk}/${arch}/${runtime.branch}\n`;
  if (id === runtime.id)
    return `[Runtime]\nname=${id}\n${base}\n[Environment]\n${random.some(VARIABLES, 3).join('\n')}\n`;
  return [
    `[Application]\nname=${id}\n${base}command=${newWord(random)}${random.chance(0.3) ? '-launcher' : ''}\n`,
    contextOf(random),
    busPolicyOf(random, id),
    random.chance(0.2) ? `[Environment]\n${random.some(VARIABLES, random.between(1, 3)).join('\n')}\n` : '',
    random.chance(0.05)
      ? `[Extension ${id}.Plugin]\ndirectory=plugins/${newWord(random)}\nno-autodownload=true\nsubdirectories=true\n`
      : '',
    `[Extension ${id}.Debug]\ndirectory=lib/debug\nautodelete=true\nno-autodownload=true\n`,
    `[Extension ${id}.Locale]\ndirectory=share/runtime/locale\nautodelete=true\nlocale-subset=true\n`,
    `[Build]\nbuilt-extensions=${id}.Debug;${id}.Locale;${id}.Sources;\n`,
  ]
    .filter((group) => group !== '')
    .join('\n');
}

function contextOf(random: Random): string {
  const devices = random.pick(DEVICES);
  const places = random.some(PLACES, random.skewed(4));
  const lines = [
    `shared=${random.pick(SHARED)}`,
    `sockets=${random.pick(SOCKETS)}`,
    ...(devices === '' ? [] : [`devices=${devices}`]),
    ...(places.length === 0 ? [] : [`filesystems=${places.join(';')};`]),
    ...(random.chance(0.2) ? [`persistent=.${newWord(random)};`] : []),
  ];
  return `[Context]\n${lines.join('\n')}\n`;
}

function busPolicyOf(random: Random, id: string): string {
  if (!random.chance(0.3)) return '';
  const names = [...random.some(BUS_NAMES, random.between(1, 4)).map((name) => `${name}=talk`)];
  if (random.chance(0.3)) names.push(`org.mpris.MediaPlayer2.${id.split('.').at(-1)}=own`);
  return `[Session Bus Policy]\n${names.join('\n')}\n`;
}

function runtimeOf(vendor: string, branch: string): Runtime {
  return { id: `${vendor}.Platform`, sdk: `${vendor}.Sdk`, branch };
}
