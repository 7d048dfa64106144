/** `#job/step` and `#job/step/L12` open what holds them and mark the line. */
import type { Packs } from './unpack.ts';

export async function openHash(packs: Packs): Promise<void> {
  const hash = decode(location.hash.slice(1));
  if (hash === '') return;
  const line = /^(.*)\/L(\d+)$/.exec(hash);
  const found = await packs.place(line?.[1] ?? hash);
  if (found === null) return;
  for (let at: Element | null = found; at !== null; at = at.parentElement)
    if (at instanceof HTMLDetailsElement) at.open = true;
  const own = found.querySelector(':scope > details');
  if (own instanceof HTMLDetailsElement) {
    own.open = true;
    await packs.unpack(own);
  }
  const target = line === null ? found : markLine(found, Number(line[2]));
  await bringIntoView(target ?? found, target === found ? 'start' : 'center');
}

/** Jobs out of sight have a guessed height until they come near: then all below them moves. */
const MOST_MOVES = 20;

async function bringIntoView(element: Element, block: ScrollLogicalPosition): Promise<void> {
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    element.scrollIntoView({ block });
    const { top } = element.getBoundingClientRect();
    for (let frames = 0; frames < 2; frames += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    if (Math.abs(element.getBoundingClientRect().top - top) < 1) return;
  }
}

/** Of a step's own output. */
function linesOf(step: Element): readonly Element[] {
  return [...step.querySelectorAll('.body > .term > pre > *')];
}

/** Each with its number as it is shown: lines that were cut count. */
function numbered(step: Element): readonly (readonly [number, Element])[] {
  let number = 0;
  return linesOf(step).map((line) => {
    number += line.localName === 't-cut' ? Number(line.getAttribute('data-cut')) : 1;
    return [number, line];
  });
}

export function markLine(step: Element, number: number): Element | undefined {
  for (const marked of document.querySelectorAll('t-l.at')) marked.classList.remove('at');
  const [, line] = numbered(step).find(([at, line]) => at === number && line.localName === 't-l') ?? [];
  line?.classList.add('at');
  return line;
}

/** Makes it the page's address. */
export function linkLine(line: Element): void {
  const step = line.closest('.step');
  if (step === null) return;
  const [number = 0] = numbered(step).find(([, other]) => other === line) ?? [];
  history.replaceState(null, '', `#${encodeURI(step.id)}/L${number}`);
  markLine(step, number);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
