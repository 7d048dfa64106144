/** The browser's part of the page: conveniences only; without it everything is there to read. */
import { addComparison } from './compare.ts';
import { addCopyButtons, addOutputTools } from './copy.ts';
import { addFilter } from './filter.ts';
import { openHash } from './links.ts';
import { addKeys, moveToFailure, type Key } from './keys.ts';
import { button, say } from './dom.ts';
import { addTheme, nextTheme } from './theme.ts';

const tools = document.querySelector<HTMLElement>('.top .tools');
const jobTools = document.querySelector<HTMLElement>('.jobs .tools');

function toggleAll(): void {
  const all = [...document.querySelectorAll<HTMLDetailsElement>('.job, .step > details')];
  const open = all.some((details) => !details.open);
  for (const details of all) details.open = open;
  say(open ? 'All jobs and steps are open' : 'All jobs and steps are closed');
}

addTheme();
const focusFilter = jobTools === null ? undefined : addFilter(jobTools);
const keys: Key[] = [
  { key: 'n', words: 'next failure', act: () => moveToFailure(1) },
  { key: 'p', words: 'previous failure', act: () => moveToFailure(-1) },
  { key: '/', words: 'filter steps', act: () => focusFilter?.() },
  { key: 'e', words: 'open or close all', act: toggleAll },
  { key: 't', words: 'light, dark or as the system', act: nextTheme },
];
if (tools !== null) {
  if (document.querySelector('.card') !== null)
    tools.append(button('Next failure', () => moveToFailure(1), 'n'));
  tools.append(button('Theme', nextTheme, 't'));
  tools.append(addKeys(keys));
  tools.hidden = false;
}
jobTools?.append(button('Open all', toggleAll, 'e'));
addCopyButtons();
addOutputTools();
addComparison();
openHash();
addEventListener('hashchange', openHash);
