/** The steps of the page as a query sees them, read from its elements. */
import type { QueryCell, QueryStep } from '../../../src/query.ts';
import { splitJob } from '../../../src/job-name.ts';
import { OUTCOMES } from '../../../src/outcome.ts';

export interface Row extends QueryStep {
  readonly element: HTMLElement;
  readonly job: string;
  text: string;
}
export interface JobRows {
  readonly element: HTMLDetailsElement;
  readonly rows: readonly Row[];
}

export function readRows(): readonly JobRows[] {
  const cells = new Map<string, QueryCell[]>();
  return [...document.querySelectorAll<HTMLDetailsElement>('.jobs > .job')].map((job) => {
    const summary = (job.firstElementChild?.textContent ?? '').toLowerCase();
    const [scenario, cell] = splitJob(job.id);
    const shared = {
      job: job.id,
      tags: job.dataset['tags']?.split(' ') ?? [],
    };
    const names = [cell, ...(job.dataset['systemd']?.split(' ') ?? [])];
    const steps = [...job.querySelectorAll<HTMLElement>('.step')];
    const rows = (steps.length === 0 ? [job] : steps).map((element): Row => {
      const outcome = outcomeOf(element);
      const key = `${scenario}\n${element.id.slice(job.id.length)}`;
      const own = cells.get(key) ?? [];
      cells.set(key, own);
      own.push({ names, outcome });
      const text = `${summary}\n${element.id}\n${element.textContent ?? ''}`.toLowerCase();
      const isDifferent = element.hasAttribute('data-different');
      return { ...shared, element, outcome, cells: own, isDifferent, text };
    });
    return { element: job, rows };
  });
}

function outcomeOf(element: Element): Row['outcome'] {
  const mark = element.querySelector('.i');
  return OUTCOMES.find((outcome) => mark?.classList.contains(`o-${outcome}`)) ?? 'not-run';
}
