/** The signals that ask a process to stop: SIGINT (Ctrl+C) and SIGTERM. */

/**
 * Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. The handlers are installed when this is
 * called, not when it is awaited: call it before printing anything that makes somebody send a signal.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

/** Ends the process at the first SIGINT or SIGTERM, after calling `say`. What was registered with `atExit` is done. */
export function exitAtSignal(exitCode: number, say: () => void): void {
  void stopSignal().then(() => {
    say();
    process.exit(exitCode);
  });
}
