/** An order by chance that a seed gives again: each job's place comes from the seed and its name alone. */
import { createHash, randomInt } from 'node:crypto';
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
    .map((job) => ({ job, place: placeOf(`${seed}\n${job.name}`) }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ job }) => job);
}

function placeOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
