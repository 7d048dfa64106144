/** Which rows are in sight: the page is told no more than can be seen, the rest of it when its job is opened. */
import type { Query } from '../../../src/query.ts';
import type { JobRows, Rows, Together } from './rows.ts';
import type { Packs } from './unpack.ts';

export interface Sight {
  /** Whether some rows are not in the page. */
  readonly isPacked: boolean;
  /** Shows what the query means; returns how many steps that are, of how many. */
  show(query: Query): { readonly shown: number; readonly all: number };
}

/** Jobs are opened for what was found up to this many steps: as many as a screen shows. */
const MOST_OPENED = 20;

interface Job extends JobRows {
  /** A byte a row: 1 where it is meant. */
  readonly meant: Uint8Array;
  /** The page does not say so yet. */
  isStale: boolean;
  /** Some of its rows are hidden in the page. */
  isCut: boolean;
}

export function makeSight({ jobs: all }: Rows, packs: Packs): Sight {
  const jobs = all.map((job): Job => ({
    ...job,
    meant: new Uint8Array(job.rows.length).fill(1),
    isStale: false,
    isCut: false,
  }));
  const byElement = new Map<Element, Job>(jobs.map((job) => [job.element, job]));
  /** What was found is opened, and closed again unless it is found by the next query as well. */
  let opened = new Set<HTMLDetailsElement>();
  document.addEventListener(
    'toggle',
    ({ target }) => {
      const job = target instanceof HTMLDetailsElement && target.open ? byElement.get(target) : undefined;
      if (job?.isStale === true) write(job);
    },
    // It does not bubble.
    true,
  );
  addEventListener('beforeprint', () => {
    for (const job of jobs) if (job.isStale) write(job);
  });
  packs.listen((inside) => {
    const job = byElement.get(inside.closest('.job') ?? inside);
    const together = job?.together.find(({ details }) => details === inside.parentElement);
    if (job === undefined || together === undefined) return;
    for (const [index, element] of [...inside.children].entries()) {
      const row = job.rows[together.from + index];
      if (row === undefined || !(element instanceof HTMLElement)) continue;
      row.element = element;
      element.hidden = job.meant[together.from + index] === 0;
    }
  });
  return {
    isPacked: jobs.some(({ together }) => together.length > 0),
    show: (query) => {
      const before = opened;
      opened = new Set();
      const open = (details: HTMLDetailsElement): void => {
        if (details.open && !before.has(details)) return;
        details.open = true;
        opened.add(details);
      };
      let shown = 0;
      let count = 0;
      for (const job of jobs) {
        const opens = !query.isEmpty && shown <= MOST_OPENED;
        const found = choose(job, query);
        shown += found;
        count += job.rows.length;
        const isNone = found === 0 && job.rows.length > 0;
        if (job.element.hidden !== isNone) job.element.hidden = isNone;
        if (isNone) continue;
        if (opens) open(job.element);
        const isSeen = job.element.open && (opens || !before.has(job.element));
        if (isSeen || (query.isEmpty && job.isCut)) write(job);
        if (!opens) continue;
        for (const together of job.together) {
          const some = meantOf(job, together);
          if (some > 0 && some <= MOST_OPENED) open(together.details);
        }
      }
      for (const details of before) if (!opened.has(details)) details.open = false;
      return { shown, all: count };
    },
  };
}

/** Notes which rows are meant; returns how many. */
function choose(job: Job, query: Query): number {
  const { rows, meant, summary, texts } = job;
  let at = 0;
  let found = 0;
  const has = (text: string): boolean => texts.has(at, text) || summary.includes(text);
  for (const row of rows) {
    const holds = query.isEmpty || query.holds(row, has) ? 1 : 0;
    if (meant[at] !== holds) {
      meant[at] = holds;
      job.isStale = true;
    }
    found += holds;
    at += 1;
  }
  return found;
}

/** Tells it to the page. */
function write(job: Job): void {
  if (!job.isStale) return;
  job.isStale = false;
  job.isCut = false;
  for (const [index, { element }] of job.rows.entries()) {
    const isHidden = job.meant[index] === 0;
    job.isCut ||= isHidden;
    if (element !== undefined && element.hidden !== isHidden) element.hidden = isHidden;
  }
  for (const together of job.together) {
    const some = meantOf(job, together);
    together.element.hidden = some === 0;
    const title = together.details.querySelector('.title');
    const words = title?.textContent?.replace(/^\d+ of /, '') ?? '';
    if (title !== null) title.textContent = some === together.count ? words : `${some} of ${words}`;
  }
}

function meantOf({ meant }: Job, { from, count }: Together): number {
  return meant.subarray(from, from + count).reduce((sum, holds) => sum + holds, 0);
}
