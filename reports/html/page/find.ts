/** Finds a text in one output: all places are marked, Enter goes to the next one, Shift and Enter to the one before. */
import { say } from './dom.ts';

/** Browsers draw no more of them at once without a pause. */
const MOST_MARKS = 2_000;

/** `onFound` is told the line gone to. */
export function makeFind(pre: Element, onFound: (line: Element) => void): HTMLInputElement {
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Find';
  input.setAttribute('aria-label', 'Find in this output');
  let lines: readonly Element[] = [];
  let at = -1;
  const go = (by: number): void => {
    const line = lines[(at = (at + by + lines.length) % Math.max(lines.length, 1))];
    if (line === undefined) return say('Not found');
    line.scrollIntoView({ block: 'center' });
    onFound(line);
    say(`Line ${at + 1} of ${lines.length} found`);
  };
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase();
    lines = wanted === '' ? [] : linesWith(pre, wanted);
    at = -1;
    mark(lines, wanted);
    if (wanted !== '') go(1);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
  return input;
}

function linesWith(pre: Element, wanted: string): readonly Element[] {
  return [...pre.querySelectorAll('t-l')].filter((line) => line.textContent?.toLowerCase().includes(wanted));
}

function mark(lines: readonly Element[], wanted: string): void {
  // Firefox has them since version 140.
  if (!('highlights' in CSS)) return;
  CSS.highlights.set(
    'find',
    new Highlight(...lines.flatMap((line) => places(line, wanted)).slice(0, MOST_MARKS)),
  );
}

/** A place may reach over several runs of a line. */
function places(line: Element, wanted: string): readonly Range[] {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes: { readonly node: Node; readonly from: number }[] = [];
  let text = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node, from: text.length });
    text += node.textContent ?? '';
  }
  const set = (offset: number): readonly [Node, number] => {
    const found = nodes.findLast(({ from }) => from <= offset);
    return found === undefined ? [line, 0] : [found.node, offset - found.from];
  };
  const ranges: Range[] = [];
  const lower = text.toLowerCase();
  // Letters whose small form is longer would shift what follows.
  if (lower.length !== text.length) return ranges;
  for (let from = lower.indexOf(wanted); from >= 0; from = lower.indexOf(wanted, from + wanted.length)) {
    const range = document.createRange();
    range.setStart(...set(from));
    range.setEnd(...set(from + wanted.length));
    ranges.push(range);
  }
  return ranges;
}
