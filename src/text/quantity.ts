/**
 * Formats numbers for people, independent of the machine's locale.
 */

/** `128,517` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 file`, `12 files` */
export function formatPlural(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/**
 * `3 packages`, or `3 packages (12 records)` if some have several versions or architectures. A package is a name, a record one version
 * of it for one arch.
 */
export function formatPackages(names: number, records: number): string {
  const packages = formatPlural(names, 'package');
  return names === records ? packages : `${packages} (${formatPlural(records, 'record')})`;
}

/** `512 B`, `30.4 kB`, `7.91 MB`: decimal units and three digits. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
