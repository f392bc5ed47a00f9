/** The signals that ask a process to stop. */

/** Resolves at the first SIGINT or SIGTERM. A second one finds the default behaviour, and ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

/** Ends the process at the first SIGINT or SIGTERM, after `say`; what `atExit` was told is done. */
export function exitAtSignal(exitCode: number, say: () => void): void {
  void stopSignal().then(() => {
    say();
    process.exit(exitCode);
  });
}
