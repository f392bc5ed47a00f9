/**
 * Refs with the proportions of Flathub: each app with its debug symbols and its translations, on one to four architectures, in
 * subsets, and the runtimes below them. Metadata are keyfiles as `flatpak build-finish` writes them. The
 * same on every machine.
 */
import { changesUntil, thingsOfDay } from './changes.ts';
import { keyfileOf, RUNTIMES, type Runtime } from './keyfile.ts';
import { digestOf, Random } from './random.ts';
import { newWord } from './text.ts';

/** Changes with the refs below. */
export const FLATHUB_GENERATOR = 'flathub 2';

/** A ref, and what its newest commit says. */
export interface Ref {
  readonly kind: 'app' | 'runtime';
  readonly id: string;
  readonly arch: string;
  readonly branch: string;
  /** 0 for the first commit. */
  readonly revision: number;
  /** The keyfile. */
  readonly metadata: string;
  /** Bytes. */
  readonly installedSize: number;
  readonly downloadSize: number;
  /** Seconds. */
  readonly timestamp: number;
  readonly subsets: readonly string[];
  readonly endOfLife?: string;
  /** Bytes that come from elsewhere when the app is installed. */
  readonly extraDataSize?: number;
}

/** What there is on which day. */
export interface FlathubSettings {
  readonly apps: number;
  /** 35 of 1,230 apps change in a day. */
  readonly day: number;
  /** The part of the apps that are no longer maintained. */
  readonly endOfLife: number;
}

/** Flathub in 2020, when its summary had 6.3 MB; the apps make about 10,000 refs. */
export const FLATHUB_2020 = { apps: 1_230, endOfLife: 0.1 } as const;

/** What has changed since. */
export const FLATHUB_TODAY = { endOfLife: 0.03 } as const;

const CHANGED_A_DAY = 35 / FLATHUB_2020.apps;

/** Architectures, with the part of the apps that is built for them. */
const ARCHES = [
  ['x86_64', 1],
  ['aarch64', 0.75],
  ['arm', 0.5],
  ['i386', 0.45],
] as const;

const DOMAINS = ['org', 'com', 'io.github', 'net', 'de', 'fr', 'io.gitlab', 'dev', 'app'];
const FIRST_COMMIT = 1_598_000_000;

/** Every ref of a day. */
export function* flathubRefs({ apps, day, endOfLife }: FlathubSettings): Generator<Ref> {
  const changes = changesUntil('flathub', apps, Math.max(1, Math.round(apps * CHANGED_A_DAY)), day);
  for (const [arch, part] of ARCHES) {
    for (let app = 0; app < apps; app++) {
      if (new Random(`app ${app} on ${arch}`).chance(part))
        yield* refsOfApp(app, arch, changes.get(app) ?? 0, endOfLife);
    }
    for (const runtime of RUNTIMES) yield refOfRuntime(runtime, arch);
  }
}

function* refsOfApp(app: number, arch: string, revision: number, endOfLife: number): Generator<Ref> {
  const random = new Random(`app ${app}`);
  const id = idOf(app, random);
  const runtime = random.pick(RUNTIMES);
  const subsets = subsetsOf({ verified: random.chance(0.4), free: random.chance(0.75) });
  const gone = random.chance(endOfLife) ? { endOfLife: 'This application is no longer maintained.' } : {};
  const extra = random.chance(0.02) ? { extraDataSize: random.between(1 << 20, 1 << 27) } : {};
  const refs = [
    { kind: 'app', suffix: '', share: 1 },
    { kind: 'runtime', suffix: '.Locale', share: 0.05 },
    { kind: 'runtime', suffix: '.Debug', share: 4 },
  ] as const;
  for (const { kind, suffix, share } of refs) {
    yield {
      ...{ kind, id: `${id}${suffix}`, arch, branch: 'stable', revision, subsets, ...gone },
      ...(kind === 'app' ? extra : {}),
      ...commitOf(`${id}${suffix} ${arch} ${revision}`, share, revision),
      metadata: keyfileOf({ id, suffix, arch, runtime, seed: `metadata of ${id}` }),
    };
  }
}

function refOfRuntime(runtime: Runtime, arch: string): Ref {
  const { id, branch } = runtime;
  return {
    ...{ kind: 'runtime', id, arch, branch, revision: 0, subsets: subsetsOf({ verified: true, free: true }) },
    ...commitOf(`${id} ${arch} ${branch}`, 30, 0),
    metadata: keyfileOf({ id, suffix: '', arch, runtime, seed: `metadata of ${id} ${branch}` }),
  };
}

function subsetsOf({ verified, free }: { verified: boolean; free: boolean }): readonly string[] {
  return [
    ...(free ? ['floss'] : []),
    ...(verified ? ['verified'] : []),
    ...(free && verified ? ['verified_floss'] : []),
  ];
}

function idOf(app: number, random: Random): string {
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const owner = newWord(random);
  return `${random.pick(DOMAINS)}.${owner}.${capital(newWord(random))}${capital(newWord(random))}${app.toString(36)}`;
}

function commitOf(
  commit: string,
  share: number,
  revision: number,
): Pick<Ref, 'installedSize' | 'downloadSize' | 'timestamp'> {
  const random = new Random(commit);
  const installedSize = Math.round(random.between(1 << 18, 1 << 26) * share);
  return {
    installedSize,
    downloadSize: Math.round(installedSize * (0.2 + 0.4 * random.next())),
    timestamp: timeOf(revision, random),
  };
}

function timeOf(revision: number, random: Random): number {
  return FIRST_COMMIT + revision * 400_000 + random.below(400_000);
}

/** The refs of an architecture that have a new commit on a day, as they are then. */
export function withNewCommits(
  refs: readonly Ref[],
  { arch, count, day }: { readonly arch: string; readonly count: number; readonly day: number },
): readonly Ref[] {
  const built = refs.filter((ref) => ref.arch === arch);
  const changed = thingsOfDay(`commits on ${arch}`, built.length, count, day);
  return built.filter((_, place) => changed.has(place)).map((ref) => withNewCommit(ref, day));
}

function withNewCommit(ref: Ref, revision: number): Ref {
  const random = new Random(`${nameOf(ref)} ${revision}`);
  const growth = 0.95 + 0.1 * random.next();
  return {
    ...ref,
    revision,
    installedSize: Math.round(ref.installedSize * growth),
    downloadSize: Math.round(ref.downloadSize * growth),
    timestamp: timeOf(revision, random),
  };
}

/** `app/org.example.App/x86_64/stable` */
export function nameOf({ kind, id, arch, branch }: Ref): string {
  return `${kind}/${id}/${arch}/${branch}`;
}

/** The commit that a ref points to, and those before it: invented digests, as good as real ones. */
export function commitAt(ref: Ref, revision: number): string {
  return digestOf(`${nameOf(ref)} ${revision}`);
}

/** A ref as a record of ours: the keyfile and the package deltas are for `details/`. */
export function recordOf(ref: Ref, withDeltas: boolean): Readonly<Record<string, unknown>> {
  const { kind, id, arch, branch, revision, metadata, installedSize, downloadSize, timestamp, subsets, ...rare } = ref;
  const version = commitAt(ref, revision);
  return {
    ...{
      name: id,
      version,
      arch,
      kind,
      branch,
      size: downloadSize,
      installedSize,
      timestamp,
      subsets,
      ...rare,
      metadata,
    },
    ...(withDeltas ? { packageDeltas: deltasOf(ref, version) } : {}),
  };
}

/** The deltas of a commit: from the one before it, for most refs that are not for debugging. */
export function deltasOf(ref: Ref, to: string): readonly Readonly<Record<string, unknown>>[] {
  if (ref.id.endsWith('.Debug') || !new Random(`deltas of ${ref.id}`).chance(0.76)) return [];
  const from = commitAt(ref, ref.revision - 1);
  const name = `${from}-${to}`;
  return [{ from, size: 1 + Math.floor(ref.downloadSize / 20), sha256: digestOf(name), path: `deltas/${name}` }];
}
