/** Single keys, listed in a dialog where they can be switched off. */
import { button, remember, remembered } from './dom.ts';

export interface Key {
  readonly key: string;
  readonly words: string;
  readonly act: () => void;
}

/** Returns the button that opens the list. */
export function addKeys(keys: readonly Key[]): HTMLButtonElement {
  let on = remembered('keys') !== 'off';
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', 'Help');
  const label = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = on;
  box.addEventListener('change', () => {
    on = box.checked;
    remember('keys', on ? 'on' : 'off');
  });
  label.append(box, 'Use these keys');
  dialog.append(
    ...listed(
      'Keyboard',
      keys.map(({ key, words }) => [key, words]),
    ),
    label,
    ...listed('Filter', QUERY),
    button('Close', () => dialog.close()),
  );
  document.body.append(dialog);

  const show = (): void => dialog.showModal();
  document.addEventListener('keydown', (event) => {
    if (!on || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
    const act = event.key === '?' ? show : keys.find(({ key }) => key === event.key)?.act;
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  return button('Help', show, '?');
}

/** What `src/query.ts` reads. */
const QUERY: readonly (readonly [string, string])[] = [
  ['word', 'in the row or the output; "two words" in quotes'],
  ['s:failed', 'outcome of the step'],
  ['job:*debian-12*', 'name of the job'],
  ['@tag', 'tag of the scenario'],
  ['is:different', 'stands apart in the matrix; is:bad went wrong'],
  ['257:failed', 'the same step failed with systemd 257, or in that combination'],
  ['!s:passed', 'not so; all terms must hold'],
];

function listed(title: string, entries: readonly (readonly [string, string])[]): readonly HTMLElement[] {
  const heading = document.createElement('h2');
  heading.textContent = title;
  const list = document.createElement('dl');
  for (const [name, words] of entries) {
    const term = document.createElement('dt');
    const key = document.createElement('kbd');
    key.textContent = name;
    term.append(key);
    const meaning = document.createElement('dd');
    meaning.textContent = words;
    list.append(term, meaning);
  }
  return [heading, list];
}

export function moveToFailure(by: 1 | -1): void {
  const cards = [...document.querySelectorAll<HTMLElement>('.card')];
  if (cards.length === 0) return;
  const now = cards.findIndex((card) => card === document.activeElement?.closest('.card'));
  const next = now === -1 ? (by === 1 ? 0 : cards.length - 1) : (now + by + cards.length) % cards.length;
  const card = cards[next];
  card?.scrollIntoView({ block: 'start' });
  card?.focus({ preventScroll: true });
}
