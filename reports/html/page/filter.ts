/** Shows only the jobs and steps that hold all the words typed. */
import { say } from './dom.ts';

/** Returns what puts the cursor there. */
export function addFilter(tools: HTMLElement): () => void {
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Filter';
  input.setAttribute('aria-label', 'Filter jobs and steps');
  tools.append(input);
  tools.hidden = false;
  let pending = 0;
  input.addEventListener('input', () => {
    window.clearTimeout(pending);
    pending = window.setTimeout(() => filter(input.value), 120);
  });
  return () => {
    input.scrollIntoView({ block: 'center' });
    input.focus();
    input.select();
  };
}

function filter(query: string): void {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const job of document.querySelectorAll<HTMLDetailsElement>('.jobs > .job')) {
    const own = (job.querySelector('summary')?.textContent ?? '').toLowerCase();
    const rest = words.filter((word) => !own.includes(word));
    let any = rest.length === 0;
    for (const step of job.querySelectorAll<HTMLElement>('.step')) {
      const text = (step.textContent ?? '').toLowerCase();
      step.hidden = !rest.every((word) => text.includes(word));
      if (step.hidden) continue;
      any = true;
      shown += 1;
    }
    job.hidden = !any;
    if (rest.length > 0 && any) job.open = true;
  }
  if (words.length > 0) say(`${shown} ${shown === 1 ? 'step' : 'steps'} shown`);
}
