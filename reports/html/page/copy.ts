/** Copy buttons at commands and failures; at output find, wrap, copy as plain text, save as it came, and line links. */
import { button, say } from './dom.ts';
import { makeFind } from './find.ts';
import { linkLine } from './links.ts';
import { cardMarkdown } from './markdown.ts';
import { addPlayer } from './player.ts';
import { rawOf } from './raw.ts';

export function addCopyButtons(): void {
  for (const code of document.querySelectorAll('.again code, .facts code')) {
    const made = button('Copy', () => void copy(made, code.textContent ?? ''));
    made.className = 'mini';
    made.setAttribute('aria-label', `Copy: ${code.textContent}`);
    code.after(' ', made);
  }
  for (const card of document.querySelectorAll('.card')) {
    const made = button('Copy as Markdown', () => void copy(made, cardMarkdown(card)));
    made.className = 'mini';
    card.querySelector('.where')?.append(made);
  }
}

/** Tools come when an output first comes into sight: a page may hold thousands. Returns what looks for more outputs. */
export function addOutputTools(): (root: ParentNode) => void {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      addTools(target);
    }
  });
  document.addEventListener('click', ({ target, offsetX }) => {
    if (target instanceof Element && target.localName === 't-l' && offsetX <= NUMBER_WIDTH) linkLine(target);
  });
  const observe = (root: ParentNode): void => {
    for (const term of root.querySelectorAll('.term')) seen.observe(term);
  };
  observe(document);
  return observe;
}
/** In pixels: where a line's number stands. */
const NUMBER_WIDTH = 44;

function addTools(term: Element): void {
  const pre = term.querySelector<HTMLElement>('pre');
  const bar = term.querySelector('.bar');
  if (pre === null || bar === null) return;
  if (term instanceof HTMLElement) addPlayer(term, bar, pre);
  for (const cut of pre.querySelectorAll<HTMLElement>('t-cut'))
    cut.style.counterIncrement = `line ${cut.dataset['cut']}`;
  const wrap = button('Wrap', () => {
    wrap.setAttribute('aria-pressed', String(pre.classList.toggle('wrap')));
  });
  wrap.setAttribute('aria-pressed', 'false');
  const copier = button('Copy', () => void copy(copier, plain(pre)));
  if (pre.childElementCount > FEW_LINES) bar.append(makeFind(pre, linkLine));
  const isPartial = term.hasAttribute('data-partial');
  const saver = button(isPartial ? 'Save text' : 'Save', () =>
    save(rawOf(term.getAttribute('data-raw'), plain(pre)), term.closest('[id]')?.id ?? 'output'),
  );
  saver.title = isPartial ? 'The text shown here; the bytes are in the event log' : 'The bytes as they came';
  bar.append(wrap, copier, saver);
}
/** What is seen at a glance needs no search. */
const FEW_LINES = 8;

function plain(pre: Element): string {
  return [...pre.children].map((line) => `${line.textContent}\n`).join('');
}

async function copy(at: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    const words = at.textContent;
    at.textContent = 'Copied';
    say('Copied');
    setTimeout(() => (at.textContent = words), 1_500);
  } catch {
    say('The browser does not allow copying');
  }
}

function save(content: string | Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  link.download = `${name.replace(/[^\w.@=,-]+/g, '_')}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
}
