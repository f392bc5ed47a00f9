/**
 * A queue that runs work concurrently with its caller, with a limit.
 */

/** Starts work immediately. `add` waits while the limit is reached. */
export class WorkQueue {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly reason: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts the work, and resolves when there is room for more. Throws what earlier work threw. */
  async add(work: () => Promise<void>): Promise<void> {
    this.#rethrow();
    const running: Promise<void> = work()
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
    this.#rethrow();
  }

  /** Waits for all work. Throws the first failure. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }
}
