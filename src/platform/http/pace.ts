/**
 * Gives up what does not come, or comes too slowly. A host that sends a byte a second would keep a client for ever; with a
 * lowest rate, no attempt takes longer than the size of the file allows. OSTree and dnf do the same with the same numbers.
 */

/** What an attempt must keep up. */
export interface PaceLimits {
  /** Milliseconds without a byte after which it is given up. */
  readonly timeout: number;
  /** Bytes a second, on average over every `timeout` since the first byte. */
  readonly lowestRate: number;
}

/** Watches one attempt. */
export interface Pace {
  /** Notes that bytes came; `total` is their number so far. */
  received(total: number): void;
  /** Stops watching. */
  stop(): void;
}

/** Longer delays than this, of 24 days, end at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** A delay as timers take it. */
export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, MAX_DELAY);
}

/** Starts to watch. Calls `giveUp` with the reason as soon as the attempt is too slow. */
export function watchPace({ timeout, lowestRate }: PaceLimits, giveUp: (reason: Error) => void): Pace {
  const delay = timerDelay(timeout);
  const needed = Math.floor((lowestRate * delay) / 1000);
  const endOfSilence = (): void => giveUp(new Error(`nothing received for ${timeout} ms`));
  let silence = setTimeout(endOfSilence, delay);
  let windows: ReturnType<typeof setInterval> | undefined;
  let received = 0;
  let before = 0;
  const endOfWindow = (): void => {
    const found = received - before;
    before = received;
    if (found < needed) giveUp(new Error(`expected at least ${needed} bytes in ${timeout} ms, found ${found}`));
  };
  return {
    received(total) {
      received = total;
      clearTimeout(silence);
      silence = setTimeout(endOfSilence, delay);
      windows ??= setInterval(endOfWindow, delay);
    },
    stop() {
      clearTimeout(silence);
      clearInterval(windows);
    },
  };
}
