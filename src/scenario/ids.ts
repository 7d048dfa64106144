/** Ids of steps: as written, else from the title, else `step-N`; unique in the scenario. */
import type { Place } from '../error.ts';
import { offsetAt, report } from '../problem.ts';
import type { Source } from '../problem.ts';
import type { RawStep, Step } from './step.ts';

const LONGEST = 48;
const notInIds = /[^a-z0-9]+/;

/** Where the step of an id stands; nothing for one that no file says, such as the boot. */
export type Taken = Map<string, Place | undefined>;

/** `prefix` is `step`, `prepare` …; `taken` holds the ids of the other phases too. */
export function giveIds(
  source: Source,
  steps: readonly RawStep[],
  prefix: string,
  taken: Taken,
): readonly Step[] {
  const written = new Map<string, Place>();
  for (const { id, at } of steps) {
    if (id === undefined || id === '') continue;
    if (written.has(id) || taken.has(id)) {
      const other = written.get(id) ?? taken.get(id);
      const [file, offset] = offsetAt(source, at);
      const found = file.text.indexOf(`id: ${id}`, offset);
      report(
        file,
        found < 0 ? offset : found,
        other === undefined
          ? `the id "${id}" is that of a step which each run of this job has`
          : `the id "${id}" stands twice${other.file === at.file ? '' : `, as ${other.file}:${other.line} has it`}`,
        'ids name steps in job#step; choose another',
      );
    }
    written.set(id, at);
  }
  for (const [id, at] of written) taken.set(id, at);
  return steps.map((step, index): Step => {
    if (step.id !== undefined) return { ...step, id: step.id };
    const id = free(slug(step.title ?? '') || `${prefix}-${index + 1}`, taken);
    taken.set(id, step.at);
    return { ...step, id };
  });
}

function slug(title: string): string {
  // Of letters beyond ASCII only what they are made of stays: é is e, 東 nothing.
  const ascii = /[^\0-\x7f]/.test(title)
    ? title
        .normalize('NFKD')
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/[^a-zA-Z0-9-]/g, '')
    : title;
  const words = ascii.toLowerCase().split(notInIds).filter(Boolean).join('-');
  if (words.length <= LONGEST) return words;
  const cut = words.lastIndexOf('-', LONGEST);
  return words.slice(0, cut > 0 ? cut : LONGEST);
}

function free(id: string, taken: ReadonlyMap<string, unknown>): string {
  let candidate = id;
  for (let number = 2; taken.has(candidate); number++) candidate = `${id}-${number}`;
  return candidate;
}
