/**
 * A cache of part plans: a summary and its subsets share most buckets, and so do the versions of a history. Bounded; drops the
 * least recently used plan first.
 */
import { BoundedMap } from '../../bytes/bounded-map.ts';
import type { PartPlan } from './part-plan.ts';

/** Approximate memory of an object besides its bytes. */
const OBJECT_SIZE = 100;

/** Keeps plans by the digests of the old and the new part. */
export class PlanMemo {
  readonly #plans: BoundedMap<string, PartPlan>;

  /** @param maxSize - approximate bytes */
  constructor(maxSize: number) {
    this.#plans = new BoundedMap(maxSize);
  }

  /** The plan of a part, from the cache or from `make`. */
  async plan(oldDigest: string, nextDigest: string, make: () => Promise<PartPlan>): Promise<PartPlan> {
    const key = `${oldDigest} ${nextDigest}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = await make();
    this.#plans.set(key, plan, sizeOf(plan));
    return plan;
  }
}

function sizeOf({ instructions, searchable }: PartPlan): number {
  let size = 0;
  for (const instruction of instructions) {
    if (instruction instanceof Uint8Array) size += instruction.length + OBJECT_SIZE;
    else for (const one of instruction.differences) size += OBJECT_SIZE + (typeof one === 'number' ? 0 : one.length);
  }
  for (const { bytes } of searchable) size += bytes.length + OBJECT_SIZE;
  return size;
}
