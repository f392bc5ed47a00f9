/**
 * Plans of parts that may be needed again: a summary and its subsets share most buckets, and so do the versions of a
 * history. Bounded: what was not asked for the longest is forgotten first.
 */
import type { PartPlan } from './part-plan.ts';

/** Roughly what an object takes beside its bytes. */
const OBJECT_SIZE = 100;

/** Remembers plans by the digests of the old and the new part. */
export class PlanMemo {
  private readonly plans = new Map<string, { readonly plan: PartPlan; readonly size: number }>();
  private readonly maxSize: number;
  private size = 0;

  /** @param maxSize - bytes, roughly */
  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** The plan of a part, made if it is not remembered. */
  async plan(oldDigest: string, nextDigest: string, make: () => Promise<PartPlan>): Promise<PartPlan> {
    const key = `${oldDigest} ${nextDigest}`;
    const known = this.plans.get(key);
    const entry = known ?? (await this.made(make));
    if (!this.plans.delete(key)) this.size += entry.size;
    this.plans.set(key, entry);
    this.forget();
    return entry.plan;
  }

  private async made(make: () => Promise<PartPlan>): Promise<{ readonly plan: PartPlan; readonly size: number }> {
    const plan = await make();
    return { plan, size: sizeOf(plan) };
  }

  private forget(): void {
    for (const [key, { size }] of this.plans) {
      if (this.size <= this.maxSize) return;
      this.plans.delete(key);
      this.size -= size;
    }
  }
}

function sizeOf({ segments, searchable }: PartPlan): number {
  let size = 0;
  for (const segment of segments) {
    if (segment instanceof Uint8Array) size += segment.length + OBJECT_SIZE;
    else for (const one of segment.differences) size += OBJECT_SIZE + (typeof one === 'number' ? 0 : one.length);
  }
  for (const { bytes } of searchable) size += bytes.length + OBJECT_SIZE;
  return size;
}
