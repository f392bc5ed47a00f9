/**
 * The architecture in the name of a package's file: `hello_2.10-3_amd64.deb`. Names may be anything, so only an architecture that
 * dpkg knows counts. Facts: `/usr/share/dpkg/cputable` and `ostable` of dpkg 1.22.
 */

const cpus =
  'alpha|amd64|arc|arm|arm64|armeb|armel|armhf|avr32|hppa|hurd-i386|i386|ia64|loong64|m32r|m68k|mips|mips64|mips64el|mips64r6el|' +
  'mipsel|mipsn32|mipsn32el|mipsr6|mipsr6el|nios2|or1k|powerpc|powerpcspe|ppc64|ppc64el|riscv64|s390|s390x|sh3|sh3eb|sh4|sh4eb|' +
  'sparc|sparc64|tilegx|x32';

const ENDING = new RegExp(
  `_((?:(?:musl-linux|uclibc-linux|kfreebsd|hurd|darwin|netbsd|openbsd)-)?(?:${cpus})|all)\\.u?deb$`,
);

/** The architecture that a file's name ends with; undefined if it ends in some other way. */
export function archInName(name: string): string | undefined {
  return ENDING.exec(name)?.[1];
}
