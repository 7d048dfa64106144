/** Ids of steps: as written, else from the title, else `step-N`; unique in the scenario. */
import { report } from '../problem.ts';
import type { Source } from '../problem.ts';
import type { RawStep, Step } from './step.ts';

const LONGEST = 48;

/** `prefix` is `step`, `prepare` …; `taken` holds the ids of the other phases too. */
export function giveIds(
  source: Source,
  steps: readonly RawStep[],
  prefix: string,
  taken: Set<string>,
): readonly Step[] {
  const written = new Set<string>();
  for (const { id, at } of steps) {
    if (id === undefined || id === '') continue;
    if (written.has(id) || taken.has(id)) {
      const offset = (source.lines[at.line - 1] ?? 0) + at.column - 1;
      const found = source.text.indexOf(`id: ${id}`, offset);
      report(
        source,
        found < 0 ? offset : found,
        `the id "${id}" stands twice`,
        'ids name steps in job#step; choose another',
      );
    }
    written.add(id);
  }
  for (const id of written) taken.add(id);
  return steps.map((step, index): Step => {
    if (step.id !== undefined) return { ...step, id: step.id };
    const id = free(slug(step.title ?? '') || `${prefix}-${index + 1}`, taken);
    taken.add(id);
    return { ...step, id };
  });
}

function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '')
    .replace(/^-+|-+$/g, '');
  if (words.length <= LONGEST) return words;
  const cut = words.lastIndexOf('-', LONGEST);
  return words.slice(0, cut > 0 ? cut : LONGEST);
}

function free(id: string, taken: ReadonlySet<string>): string {
  let candidate = id;
  for (let number = 2; taken.has(candidate); number++) candidate = `${id}-${number}`;
  return candidate;
}
