/**
 * Ends work after a time, whatever it is doing then: attempts, waits between them, and all.
 */
import { timerDelay } from './pace.ts';

/** A signal that is aborted after some time, or with another one. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time is over. */
  readonly isOver: () => boolean;
  /** Must be called when the work has ended. */
  stop(): void;
}

/** Starts to count. The signal of the caller counts too. */
export function startDeadline(milliseconds: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) abort();
  outer?.addEventListener('abort', abort, { once: true });
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    controller.abort();
  }, timerDelay(milliseconds));
  return {
    signal: controller.signal,
    isOver: () => over,
    stop() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}
