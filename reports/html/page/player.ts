/** Plays a terminal again: its lines come as they came. The text itself is there without it. */
import { button } from './dom.ts';

/** Nobody waits longer than this for a line. */
const LONGEST_MS = 2_000;

export function addPlayer(term: HTMLElement, bar: Element, pre: HTMLElement): void {
  const times = term.dataset['times']?.split(',').map((time) => Math.min(Number(time), LONGEST_MS));
  if (times === undefined) return;
  const lines = [...pre.querySelectorAll<HTMLElement>('t-l')];
  let timer = 0;
  const place = document.createElement('input');
  place.type = 'range';
  // In this order: a value beyond the maximum so far is cut.
  place.max = String(lines.length);
  place.value = place.max;
  place.setAttribute('aria-label', 'Line');
  const show = (count: number): void => {
    for (const [index, line] of lines.entries()) line.classList.toggle('later', index >= count);
    place.value = String(count);
    lines[count - 1]?.scrollIntoView({ block: 'nearest' });
  };
  const play = button('Play', () => {
    if (timer !== 0) return stop();
    let count = Number(place.value) >= lines.length ? 0 : Number(place.value);
    play.textContent = 'Pause';
    const next = (): void => {
      show(count);
      if (count >= lines.length) return stop();
      timer = window.setTimeout(next, times[count]);
      count += 1;
    };
    next();
  });
  const stop = (): void => {
    window.clearTimeout(timer);
    timer = 0;
    play.textContent = 'Play';
  };
  place.addEventListener('input', () => {
    stop();
    show(Number(place.value));
  });
  // Who wants no motion moves through it by hand.
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  bar.append(...(still ? [place] : [play, place]));
}
