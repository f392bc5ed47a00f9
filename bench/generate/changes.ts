/**
 * Which things change on which day: the same days on every machine, each with chances of its own.
 */
import { Random } from './random.ts';

/**
 * How often each thing has changed at the end of a day; one that never did is not in the map.
 *
 * @param name - keeps the days of different repositories apart
 * @param things - how many there are; they are numbered from 0
 * @param aDay - how many change in a day
 */
export function changesUntil(name: string, things: number, aDay: number, day: number): ReadonlyMap<number, number> {
  const changes = new Map<number, number>();
  for (let today = 1; today <= day; today++) {
    for (const thing of thingsOfDay(name, things, aDay, today)) changes.set(thing, (changes.get(thing) ?? 0) + 1);
  }
  return changes;
}

/** The things that change on one day, none twice. */
export function thingsOfDay(name: string, things: number, aDay: number, day: number): ReadonlySet<number> {
  const random = new Random(`${name}: day ${day}`);
  const changed = new Set<number>();
  while (changed.size < Math.min(aDay, things)) changed.add(random.below(things));
  return changed;
}
