/** An order by chance that a seed gives again: each job's place comes from the seed and its name alone. */
import { randomInt } from 'node:crypto';
import { UserError } from '../../src/error.ts';

export function newSeed(): string {
  return String(randomInt(1, 1_000_000));
}

export function readSeed(text: string): string {
  if (/^[\w.-]+$/.test(text)) return text;
  throw new UserError(`"${text}" is no value of --shuffle`, {
    hint: 'write a number or a word, --shuffle=42, or --shuffle alone',
  });
}

/** The jobs that two selections share stand in the same order in both. */
export function shuffle<T extends { readonly name: string }>(jobs: readonly T[], seed: string): readonly T[] {
  return jobs
    .map((job) => ({ job, place: hash(`${seed}\n${job.name}`) }))
    .toSorted((a, b) => a.place - b.place || (a.job.name < b.job.name ? -1 : 1))
    .map(({ job }) => job);
}

/** FNV-1a, then the last mixing of MurmurHash3: similar names must not stay neighbours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
