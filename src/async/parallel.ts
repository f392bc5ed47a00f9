/**
 * Works on several items of a list at once.
 */

/**
 * Does the work for every item, in order, at most `limit` at once. After a failure no more work is started; once all running
 * work has ended, the first failure is thrown.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, position: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [position, item] of queue) {
      if (failed) return;
      try {
        await work(item, position);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
