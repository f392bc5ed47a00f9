/**
 * A host in memory that counts what is asked of it and misbehaves on demand.
 */
import { memorySource } from '../../../src/client/in-memory.ts';
import type { FetchRequest, FetchResult, Source } from '../../../src/model/source.ts';
import { sha256 } from '../../../src/platform/hash/sha256.ts';

/** What is wrong with the host. */
export interface HostFaults {
  /** Answers a request for a range with the whole file. */
  readonly ignoresRange?: boolean;
  /** Unpacks `.gz` files on the way. */
  readonly unpacks?: (path: string) => Uint8Array | undefined;
  /** Has no validators. */
  readonly withoutValidators?: boolean;
}

/** A source, and what was asked of it. */
export interface FakeHost extends Source {
  /** Path of each request, in order; followed by its range, if it has one, as `start+length`. */
  readonly requests: string[];
  /** How often the client waited: requests that were under way at the same time count once. */
  readonly roundTrips: () => number;
}

/** Serves files, which may change between requests. */
export function fakeHost(files: ReadonlyMap<string, Uint8Array>, faults: HostFaults = {}): FakeHost {
  const requests: string[] = [];
  const tree = memorySource(files, 'https://host.example/tree/');
  let underWay = 0;
  let trips = 0;
  return {
    location: tree.location,
    requests,
    roundTrips: () => trips,
    async fetch(path: string, request: FetchRequest): Promise<FetchResult> {
      const { range } = request;
      requests.push(range === undefined ? path : `${path} ${range.start}+${range.length}`);
      if (underWay++ === 0) trips++;
      try {
        // Long enough that requests which are made together overlap.
        await new Promise((resume) => setImmediate(resume));
        return await answer(tree, path, request, faults);
      } finally {
        underWay--;
      }
    },
  };
}

async function answer(
  tree: Source,
  path: string,
  { range, ...request }: FetchRequest,
  faults: HostFaults,
): Promise<FetchResult> {
  const unpacked = faults.unpacks?.(path);
  if (unpacked !== undefined) return { kind: 'full', bytes: unpacked, transferred: 1 };
  const result = await tree.fetch(path, range === undefined || faults.ignoresRange ? request : { ...request, range });
  if (result.kind !== 'full' || faults.withoutValidators) return result;
  const validator = `"${await sha256(result.bytes)}"`;
  return validator === request.validator ? { kind: 'unchanged' } : { ...result, validator };
}

/** A host that does not answer some requests. */
export interface StallingHost extends FakeHost {
  /** Resolves when the first request is left without an answer. */
  readonly stalled: Promise<void>;
}

/** Leaves requests without an answer until their signal is aborted; then they fail with its reason, as those of `fetch` do. */
export function stallingHost(
  files: ReadonlyMap<string, Uint8Array>,
  stalls: (path: string, request: FetchRequest) => boolean,
): StallingHost {
  const host = fakeHost(files);
  const { promise: stalled, resolve: stall } = withResolvers();
  return {
    ...host,
    stalled,
    async fetch(path, request) {
      if (!stalls(path, request)) return host.fetch(path, request);
      host.requests.push(path);
      return new Promise((_, reject) => {
        request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
        stall();
      });
    },
  };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((resume) => {
    resolve = resume;
  });
  return { promise, resolve };
}
