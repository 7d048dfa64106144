/** Copy buttons at commands; wrap, copy, save and line links at output. */
import { button, say } from './dom.ts';
import { markLine } from './links.ts';
import { addPlayer } from './player.ts';

export function addCopyButtons(): void {
  for (const code of document.querySelectorAll('.again code, .facts code')) {
    const made = button('Copy', () => void copy(made, code.textContent ?? ''));
    made.className = 'mini';
    made.setAttribute('aria-label', `Copy: ${code.textContent}`);
    code.after(' ', made);
  }
}

/** Tools come when an output first comes into sight: a page may hold thousands. */
export function addOutputTools(): void {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      addTools(target);
    }
  });
  for (const term of document.querySelectorAll('.term')) seen.observe(term);
  document.addEventListener('click', linkLine);
}

function addTools(term: Element): void {
  const pre = term.querySelector<HTMLElement>('pre');
  const bar = term.querySelector('.bar');
  if (pre === null || bar === null) return;
  if (term instanceof HTMLElement) addPlayer(term, bar, pre);
  const wrap = button('Wrap', () => {
    wrap.setAttribute('aria-pressed', String(pre.classList.toggle('wrap')));
  });
  wrap.setAttribute('aria-pressed', 'false');
  const copier = button('Copy', () => void copy(copier, plain(pre)));
  bar.append(
    wrap,
    copier,
    button('Save', () => save(plain(pre), term.closest('[id]')?.id ?? 'output')),
  );
}

function plain(pre: Element): string {
  return [...pre.children].map((line) => `${line.textContent}\n`).join('');
}

async function copy(at: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    at.textContent = 'Copied';
    say('Copied');
    setTimeout(() => (at.textContent = 'Copy'), 1_500);
  } catch {
    say('The browser does not allow copying');
  }
}

function save(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = `${name.replace(/[^\w.@=,-]+/g, '_')}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** A click on a line's number makes it the page's address. */
function linkLine({ target, offsetX }: MouseEvent): void {
  if (!(target instanceof Element)) return;
  const step = target.closest('.step');
  if (step === null || target.localName !== 't-l' || offsetX > 44) return;
  const number = [...step.querySelectorAll('t-l')].indexOf(target) + 1;
  history.replaceState(null, '', `#${encodeURI(step.id)}/L${number}`);
  markLine(step, number);
}
