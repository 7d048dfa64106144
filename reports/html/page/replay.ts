/**
 * Plays a whole job again in a dialog: its steps are chapters, what each typed and printed comes as it came. Times of
 * terminals are those that were; output of pipes comes at once.
 */
import { button } from './dom.ts';
import type { Packs } from './unpack.ts';

/** Nobody waits longer than this for a line, and without any a step is still seen. */
const LONGEST_MS = 1_500;
const STEP_MS = 600;
/** Nobody watches thousands of steps. */
const MOST_PACKED = 500;

export function addReplays(packs: Packs): void {
  for (const job of document.querySelectorAll<HTMLDetailsElement>('.jobs > .job')) {
    job.addEventListener('toggle', () => addReplay(job, packs), { once: true });
    if (job.open) addReplay(job, packs);
  }
}

function addReplay(job: HTMLDetailsElement, packs: Packs): void {
  const inside = job.querySelector(':scope > .inside');
  if (
    inside === null ||
    inside.querySelector(`${STEPS}, ${PACKED}`) === null ||
    packedSteps(inside) > MOST_PACKED ||
    inside.querySelector('.replay') !== null
  )
    return;
  const made = button('Replay this job', () => void play(job, inside, packs));
  made.className = 'mini replay';
  inside.prepend(made);
}

/** Of the job itself, not of an earlier attempt at it. */
const STEPS = ':scope > .steps .step:has(details)';
const PACKED = ':scope > .steps > .rest:not(:has(.o-not-run)) > [data-at]';

function packedSteps(inside: Element): number {
  return [...inside.querySelectorAll<HTMLElement>(PACKED)].reduce(
    (sum, { dataset }) => sum + Number(dataset['count']),
    0,
  );
}

interface Chapter {
  readonly title: string;
  readonly id: string;
  readonly lines: readonly Line[];
}
interface Line {
  readonly element: Element;
  readonly afterMs: number;
}

async function play(job: Element, inside: Element, packs: Packs): Promise<void> {
  const chapters: Chapter[] = [];
  for (const rows of inside.querySelectorAll(PACKED)) await packs.unpack(rows);
  for (const step of inside.querySelectorAll(STEPS)) {
    await packs.unpack(step.firstElementChild);
    chapters.push(chapterOf(step));
  }
  openPlayer(job.querySelector('.title')?.textContent ?? '', chapters);
}

function chapterOf(step: Element): Chapter {
  const title = step.querySelector('.row .title')?.textContent ?? '';
  const head = document.createElement('t-l');
  head.className = 'chapter';
  head.textContent = title;
  const typed = (step.querySelector('.command')?.textContent ?? '').split('\n').map((line) => {
    const element = document.createElement('t-l');
    element.textContent = `$ ${line}`;
    return { element, afterMs: 0 };
  });
  const term = step.querySelector<HTMLElement>('.body > .term');
  const times = term?.dataset['times']?.split(',').map(Number) ?? [];
  const printed = [...(term?.querySelectorAll('pre > *') ?? [])].map((line, index) => {
    const element = line.cloneNode(true);
    return element instanceof Element
      ? { element, afterMs: times[index] ?? (index === 0 ? STEP_MS : 0) }
      : [];
  });
  const lines = [
    { element: head, afterMs: STEP_MS },
    ...(typed.length === 1 && typed[0]?.element.textContent === '$ ' ? [] : typed),
    ...printed.flat(),
  ];
  return { title, id: step.id, lines };
}

function openPlayer(title: string, chapters: readonly Chapter[]): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'wide';
  dialog.setAttribute('aria-label', `Replay: ${title}`);
  const heading = document.createElement('h2');
  heading.textContent = title;
  const term = document.createElement('div');
  term.className = 'term';
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'region');
  pre.setAttribute('aria-label', 'What was typed and printed');
  pre.append(...chapters.flatMap(({ lines }) => lines.map(({ element }) => element)));
  term.append(pre);
  const { tools, start, stop } = makeControls(chapters);
  dialog.append(
    heading,
    tools,
    term,
    button('Close', () => dialog.close()),
  );
  dialog.addEventListener('close', () => {
    stop();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  start();
}

interface Controls {
  readonly tools: HTMLElement;
  start(): void;
  stop(): void;
}

function makeControls(chapters: readonly Chapter[]): Controls {
  const lines = chapters.flatMap((chapter) => chapter.lines);
  const starts = chapters.map((_, index) =>
    chapters.slice(0, index).reduce((sum, chapter) => sum + chapter.lines.length, 0),
  );
  const place = document.createElement('input');
  place.type = 'range';
  place.max = String(lines.length);
  place.setAttribute('aria-label', 'Line');
  const choice = document.createElement('select');
  choice.setAttribute('aria-label', 'Step');
  for (const { title } of chapters) choice.add(new Option(title));
  let at = lines.length;
  let timer = 0;
  const show = (count: number): void => {
    at = count;
    place.value = String(count);
    for (const [index, { element }] of lines.entries()) element.classList.toggle('later', index >= count);
    lines[count - 1]?.element.scrollIntoView({ block: 'nearest' });
    choice.selectedIndex = Math.max(
      0,
      starts.findLastIndex((start) => start < count),
    );
  };
  const stop = (): void => {
    window.clearTimeout(timer);
    timer = 0;
    playing.textContent = 'Play';
  };
  const goOn = (): void => {
    const line = lines[at];
    if (line === undefined) return stop();
    timer = window.setTimeout(
      () => {
        // What came at once is shown at once.
        const rest = lines.findIndex(({ afterMs }, index) => index > at && afterMs > 0);
        show(rest < 0 ? lines.length : rest);
        goOn();
      },
      Math.min(line.afterMs, LONGEST_MS),
    );
  };
  const playing = button('Play', () => {
    if (timer !== 0) return stop();
    if (at >= lines.length) show(0);
    playing.textContent = 'Pause';
    goOn();
  });
  place.addEventListener('input', () => {
    stop();
    show(Number(place.value));
  });
  choice.addEventListener('change', () => {
    stop();
    show((starts[choice.selectedIndex] ?? 0) + 1);
  });
  const tools = document.createElement('div');
  tools.className = 'tools';
  // Who wants no motion moves through it by hand.
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  tools.append(...(still ? [place, choice] : [playing, place, choice]));
  return { tools, stop, start: () => (still ? show(lines.length) : playing.click()) };
}
