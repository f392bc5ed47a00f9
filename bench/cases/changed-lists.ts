/**
 * Small changes to a `Packages` file: ten packages, far apart, have a new version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { digestOf } from '../generate/random.ts';

/** Packages that one round changes. */
const CHANGED = 10;

/**
 * Gives ten packages of amd64 a new version; and after more than one round, ten others for each of the rounds before.
 *
 * @param file - as it was before the first round
 */
export function changeTen(file: string, rounds = 1): void {
  const stanzas = readFileSync(file, 'utf8').split('\n\n');
  const own = [...stanzas.keys()].filter((place) => /^Architecture: amd64$/m.test(stanzas[place] ?? ''));
  for (let round = 0; round < rounds; round++) {
    for (let change = 0; change < CHANGED; change++) {
      const place = own[(Math.floor((own.length * (change + 0.5)) / CHANGED) + round) % own.length] ?? 0;
      stanzas[place] = renewed(stanzas[place] ?? '', round + 1);
    }
  }
  writeFileSync(file, stanzas.join('\n\n'));
}

function renewed(stanza: string, build: number): string {
  return stanza
    .replace(/^Version: .*/m, `$&+b${build}`)
    .replace(/^(Filename: .*)(_\w+\.deb)$/m, `$1+b${build}$2`)
    .replace(/^SHA256: .*/m, (line) => `SHA256: ${digestOf(line)}`);
}
